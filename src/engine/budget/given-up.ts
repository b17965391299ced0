/** How what stands below a ceiling comes to its end once the person said to stop there. */
import { type CeilingReached, ceilingKey, reachedWords } from '../../shared/ceiling.ts';
import type { EventBody } from '../../shared/events.ts';
import { covers } from '../../shared/parked-tasks.ts';
import type { ApprovalState, RunState } from '../../shared/run-state.ts';

/**
 * Below a ceiling at which the person said to stop, what has not begun is given up, and commands
 * that wait for permission are denied, so that everything comes to its end.
 */
export function givenUp(state: RunState): EventBody[] {
  const stopped = stoppedCeilings(state);
  if (stopped.length === 0) return [];
  return state.tasks.flatMap((task): EventBody[] => {
    const ceiling = stopped.find((each) => covers(state, each, task));
    if (!ceiling) return [];
    const { id: taskId } = task.task;
    if (task.status === 'waiting') {
      const message = `Not begun. ${stopWords(ceiling)}`;
      return [{ type: 'task:error', taskId, code: 'budget', message }];
    }
    const asked = state.approvals.filter((each) => each.taskId === taskId && isOpenCommand(each));
    return asked.map(({ approvalId }) => ({
      type: 'approval:decided',
      approvalId,
      by: 'the ceiling',
      decision: { decision: 'deny' },
    }));
  });
}

/** What was reached at the last of the ceilings that the person stopped at, by key. */
export function stoppedCeilings({ approvals, spending }: RunState): CeilingReached[] {
  if (spending.stopped.length === 0) return [];
  return spending.stopped.flatMap(
    (key) =>
      approvals.findLast(({ ceiling }) => ceiling && ceilingKey(ceiling) === key)?.ceiling ?? [],
  );
}

export function stopWords(ceiling: CeilingReached): string {
  return `${reachedWords(ceiling)} You chose to stop there. What is done is kept; raise the ceiling and retry to go on.`;
}

function isOpenCommand({ kind, decided }: ApprovalState): boolean {
  return kind === 'command' && !decided;
}
