/** Takes the person's edit of one task while the run executes: only of a task that is not under way. */
import type { EventOf } from '../../shared/events.ts';
import type { TaskId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { Task } from '../../shared/plan.ts';
import { type PlanProblem, TaskEdit } from '../../shared/plan-edit.ts';
import { taskById } from '../../shared/reduce-tasks.ts';
import { hasEnded, type RunState, type TaskState } from '../../shared/run-state.ts';
import { agentOf, type Team } from '../../shared/team.ts';
import { schemaProblems } from '../plan/check-edit.ts';
import { planProblems } from '../plan/check-plan.ts';

type Edited = Pick<EventOf<'task:edited'>, 'task' | 'agent' | 'again'>;
type Checked = { ok: true; edited: Edited } | { ok: false; problems: PlanProblem[] };

/** @throws MusterError `wrong-decision` when the task cannot be edited now, and what to do instead */
export function checkTaskEdit(state: RunState, taskId: TaskId, input: unknown): Checked {
  const { before, team } = requireEditable(state, taskId);
  const parsed = TaskEdit.safeParse(input);
  if (!parsed.success) {
    const placeOf = (_: unknown, path: readonly PropertyKey[]) => ({
      task: taskId,
      ...(path.length === 0 ? {} : { field: String(path[0]) }),
    });
    return { ok: false, problems: schemaProblems(parsed.error, input, placeOf) };
  }
  const { agent = agentOf(team, taskId)?.name ?? '', ...changes } = parsed.data;
  const task = Task.parse({ ...before.task, ...changes });
  const problems = [
    ...dependencyProblems(state, before, task),
    ...agentProblems(team, agent, task),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, edited: { task, agent, ...againOf(before, task) } };
}

/** A lane holds what was merged when it was opened; other dependencies need another lane. */
function againOf(before: TaskState, task: Task): Pick<Edited, 'again'> {
  if (before.status !== 'failed') return {};
  const kept = new Set(before.task.dependencies);
  const same = task.dependencies.every((id) => kept.has(id));
  return { again: same && before.laneId !== undefined ? 'in-place' : 'anew' };
}

function dependencyProblems(state: RunState, before: TaskState, task: Task): PlanProblem[] {
  const tasks = state.tasks.map((each) => (each === before ? task : each.task));
  const plan = { summary: '', assumptions: [], risks: [], tasks };
  const broken = planProblems(plan, { maxTasks: tasks.length });
  if (broken.length > 0) return broken.map((each) => ({ ...each, task: task.id }));
  return task.dependencies.flatMap((id) => {
    const status = taskById(state, id)?.status;
    const added = !before.task.dependencies.includes(id);
    if (!added || (status !== 'failed' && status !== 'blocked')) return [];
    const message = `Task "${task.id}" cannot be made to wait for "${id}", which is ${status}. Retry, edit or skip that one first.`;
    return [{ task: task.id, field: 'dependencies', message }];
  });
}

function agentProblems(team: Team, name: string, task: Task): PlanProblem[] {
  const agent = team.agents.find((each) => each.name === name);
  if (!agent) {
    const names = team.agents.map((each) => each.name).join(', ');
    const message = `There is no agent "${name}" in the team. Choose one of ${names}.`;
    return [{ task: task.id, field: 'agent', message }];
  }
  if (task.permission === 'read_only' || agent.permission === 'read_write') return [];
  const message = `Agent "${name}" is read_only but its task "${task.id}" is read_write. Give the task to an agent that may write, or make it read_only.`;
  return [{ task: task.id, field: 'permission', message }];
}

function requireEditable(state: RunState, taskId: TaskId): { before: TaskState; team: Team } {
  const before = taskById(state, taskId);
  const team = state.team?.team;
  const refuse = (why: string) => new MusterError('wrong-decision', why);
  if (!before || !team) throw refuse(`There is no task "${taskId}" in this run.`);
  if (hasEnded(state)) {
    throw refuse(`The run has ended (${state.status}), so its tasks can no longer be edited.`);
  }
  if (before.status === 'done') {
    throw refuse(
      `Task "${taskId}" is done. Decide on what it changed when you review the changes.`,
    );
  }
  if (before.status === 'skipped') {
    throw refuse(`Task "${taskId}" was skipped, and what depends on it went on without it.`);
  }
  if (!['failed', 'blocked', 'waiting'].includes(before.status)) {
    throw refuse(
      `Task "${taskId}" is ${before.status}; it can be edited before it begins or after it has failed. Let it come to its end, or cancel the run.`,
    );
  }
  return { before, team };
}
