/** The final check of all changes together, and the one task that mends what it finds. */
import { TaskId } from '../../shared/ids.ts';
import type { Task } from '../../shared/plan.ts';
import type { FinalCheck, RunState } from '../../shared/run-state.ts';
import { agentOf, type TeamMember } from '../../shared/team.ts';
import { append, type Command } from '../run/command.ts';
import { converse } from '../run/converse.ts';

/** @returns undefined when the run head needs no check, has passed it, or is past mending */
export function decideFinalCheck(state: RunState): Command[] | undefined {
  if (!needsCheck(state)) return undefined;
  const last = state.finalChecks.at(-1);
  if (last?.head !== state.head) {
    return converse(state, { kind: 'final-check', round: state.finalChecks.length + 1 });
  }
  if (!last || last.passed || last.by === 'nobody' || state.repairTask !== undefined) {
    return undefined;
  }
  const agent = whoRepairs(state, last);
  if (agent === undefined) return undefined;
  return [append({ type: 'task:added', task: repairTask(state, last), agent })];
}

/** Of a single task the whole has been judged already. */
function needsCheck(state: RunState): boolean {
  const changed = state.tasks.some(
    (task) => task.status === 'done' && (task.recorded?.files.length ?? 0) > 0,
  );
  return changed && state.tasks.length > 1;
}

/** Who wrote the task that the check names, else anybody who may write. */
function whoRepairs(state: RunState, check: FinalCheck): string | undefined {
  const team = state.team?.team;
  if (!team) return undefined;
  const writes = (agent: TeamMember | undefined) =>
    agent?.permission === 'read_write' && agent.tools.includes('file_write');
  const named = check.issues.flatMap(({ task_id: id }) =>
    id === undefined ? [] : agentOf(team, id),
  );
  return [...named, ...team.agents].find(writes)?.name;
}

function repairTask(state: RunState, check: FinalCheck): Task {
  const issues = check.issues.map((issue) => {
    const suggestion = issue.suggestion ? ` Suggestion: ${issue.suggestion}` : '';
    return `- [${issue.severity}] ${issue.message}${suggestion}`;
  });
  const taken = state.tasks.map((each) => each.task.id.toLowerCase());
  return {
    id: TaskId.parse(taken.includes('final-repair') ? 'muster-final-repair' : 'final-repair'),
    title: 'Mend what the final check found',
    description: [
      'All tasks are done and merged into your copy. The check of the whole against the request found:',
      check.summary,
      ...issues,
      'Mend exactly this, and leave the rest as it is.',
    ].join('\n'),
    specialization: 'integration',
    dependencies: [],
    priority: 10,
    acceptance_criteria: [
      'What the final check found is mended.',
      'What worked before still works.',
    ],
    permission: 'read_write',
  };
}
