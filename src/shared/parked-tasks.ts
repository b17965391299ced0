/** Tasks that wait for a decision on a ceiling: they begin nothing and hold no slot. */
import type { Ceiling, CeilingReached } from './ceiling.ts';
import type { RunState, TaskState } from './run-state.ts';
import { agentOf } from './team.ts';

/** Ceilings that were reached and on which the person has not decided. */
export function openCeilings({ approvals }: RunState): CeilingReached[] {
  return approvals.flatMap(({ ceiling, decided }) => (ceiling && !decided ? [ceiling] : []));
}

/** @returns whether a task waits for a decision on a ceiling; asked once for all tasks */
export function parkedTasks(state: RunState): (task: TaskState) => boolean {
  const open = openCeilings(state);
  return (task) => open.some((ceiling) => covers(state, ceiling, task));
}

/** An agent's ceiling does not bound the reviews of its tasks. */
export function covers(state: RunState, { scope, of }: Ceiling, task: TaskState): boolean {
  if (scope === 'run') return true;
  if (scope === 'task') return of === task.task.id;
  if (task.status === 'in-review' || task.status === 'merging') return false;
  return state.team !== undefined && agentOf(state.team.team, task.task.id)?.name === of;
}
