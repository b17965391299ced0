/** The last events of a run, with its totals. */
import { economyOf } from '../../shared/economy.ts';
import type { EventOf } from '../../shared/events.ts';
import type { RunState, TaskState } from '../../shared/run-state.ts';
import type { Totals } from '../../shared/totals.ts';
import { append, type Command } from './command.ts';

export function completion(
  state: RunState,
  outcome: EventOf<'workflow:complete'>['outcome'],
): Command[] {
  return [append({ type: 'workflow:complete', outcome, totals: totalsOf(state) })];
}

export function totalsOf(state: RunState): Totals {
  const count = (status: TaskState['status']) =>
    state.tasks.filter((task) => task.status === status).length;
  return {
    tasks: {
      planned: state.tasks.length,
      done: count('done'),
      failed: count('failed'),
      blocked: count('blocked'),
    },
    requests: state.requests,
    retries: state.retries,
    usage: state.usage,
    wallMs: Date.parse(state.updatedAt) - Date.parse(state.startedAt),
    criticalPathMs: criticalPathMs(state.tasks),
    ...economyOf(state, Date.parse(state.updatedAt)),
  };
}

function criticalPathMs(tasks: readonly TaskState[]): number {
  const longest = new Map<string, number>();
  const measure = (task: TaskState): number => {
    const known = longest.get(task.task.id);
    if (known !== undefined) return known;
    const before = tasks.filter((each) => task.task.dependencies.includes(each.task.id));
    const own =
      task.startedAt && task.endedAt ? Date.parse(task.endedAt) - Date.parse(task.startedAt) : 0;
    const total = own + Math.max(0, ...before.map(measure));
    longest.set(task.task.id, total);
    return total;
  };
  return Math.max(0, ...tasks.map(measure));
}
