/** What the scheduler asks of all tasks, worked out once for as long as none of them changes. */
import type { TaskId } from '../../shared/ids.ts';
import type { RunState, TaskState } from '../../shared/run-state.ts';
import { taskGraph } from '../plan/task-graph.ts';

export type TaskTable = {
  byId: ReadonlyMap<TaskId, TaskState>;
  /** Those that something must happen with now, in plan order. */
  atWork: readonly TaskState[];
  /** Those that can start, by priority; among equals first the head of the longest chain of tasks that wait. */
  ready: readonly TaskState[];
  /** Those that the person has decided on and that wait for a slot to go on. */
  returning: readonly TaskState[];
  /** Some task has failed or is blocked. */
  someLost: boolean;
  allSettled: boolean;
  slotsHeld: number;
};

/** A state shares the array of its tasks with the one before it, unless a task changed. */
const tables = new WeakMap<readonly TaskState[], TaskTable>();

export function taskTable({ tasks }: Pick<RunState, 'tasks'>): TaskTable {
  const known = tables.get(tasks);
  if (known) return known;
  const table = makeTable(tasks);
  tables.set(tasks, table);
  return table;
}

/** A task holds a slot while it works, is reviewed or merged; not while it waits for the person. */
export function holdsSlot(task: TaskState): boolean {
  return isAtWork(task) && !task.returning;
}

function isAtWork({ status }: TaskState): boolean {
  return status === 'running' || status === 'in-review' || status === 'merging';
}

export function isSettled({ status }: TaskState): boolean {
  return status === 'done' || status === 'skipped' || isLost(status);
}

/** What depends on it cannot begin. */
export function isLost(status: TaskState['status']): boolean {
  return status === 'failed' || status === 'blocked';
}

function makeTable(tasks: readonly TaskState[]): TaskTable {
  const byId = new Map(tasks.map((task) => [task.task.id, task]));
  return {
    byId,
    atWork: tasks.filter((task) => !isSettled(task) && task.status !== 'waiting'),
    ready: readyOf(tasks, byId),
    returning: tasks.filter((task) => task.returning && isAtWork(task)),
    someLost: tasks.some(({ status }) => isLost(status)),
    allSettled: tasks.every(isSettled),
    slotsHeld: tasks.filter(holdsSlot).length,
  };
}

function readyOf(tasks: readonly TaskState[], byId: TaskTable['byId']): TaskState[] {
  const isMet = (id: TaskId) => {
    const status = byId.get(id)?.status;
    return status === 'done' || status === 'skipped';
  };
  const ready = tasks.filter(
    ({ task, status }) => status === 'waiting' && task.dependencies.every(isMet),
  );
  if (ready.length < 2) return ready;
  const { chainBehind } = taskGraph(tasks.map((each) => each.task));
  const chain = (id: TaskId) => chainBehind.get(id) ?? 0;
  return ready.sort(
    ({ task: left }, { task: right }) =>
      right.priority - left.priority || chain(right.id) - chain(left.id),
  );
}
