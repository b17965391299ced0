/** Levels of a plan's graph: a task stands one level below the deepest of those it waits for. */
import type { TaskId } from '../../shared/ids.ts';
import type { Task } from '../../shared/plan.ts';

/** @returns the tasks of each level, in plan order; needs a graph without a cycle */
export function levelsOf(tasks: readonly Pick<Task, 'id' | 'dependencies'>[]): TaskId[][] {
  const level = new Map<TaskId, number>();
  let open = [...tasks];
  while (open.length > 0) {
    const ready = open.filter((task) => task.dependencies.every((each) => level.has(each)));
    if (ready.length === 0) break;
    for (const task of ready) {
      level.set(
        task.id,
        1 + Math.max(-1, ...task.dependencies.map((each) => level.get(each) ?? 0)),
      );
    }
    open = open.filter((task) => !level.has(task.id));
  }
  const levels: TaskId[][] = [];
  for (const task of tasks) {
    const index = level.get(task.id);
    if (index !== undefined) {
      levels[index] ??= [];
      levels[index].push(task.id);
    }
  }
  return levels;
}

/** How many tasks the longest chain has that waits for each; needs a graph without a cycle. */
export function chainsBehind(
  tasks: readonly Pick<Task, 'id' | 'dependencies'>[],
): ReadonlyMap<TaskId, number> {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const longest = new Map<TaskId, number>();
  for (const level of levelsOf(tasks).reverse()) {
    for (const id of level) {
      const own = 1 + (longest.get(id) ?? 0);
      for (const before of byId.get(id)?.dependencies ?? []) {
        longest.set(before, Math.max(longest.get(before) ?? 0, own));
      }
    }
  }
  return longest;
}
