/** A plan's graph: the level of each task, one below the deepest that it waits for, and the longest chain that waits for it. */
import type { TaskId } from '../../shared/ids.ts';
import type { Task } from '../../shared/plan.ts';

type Node = Pick<Task, 'id' | 'dependencies'>;

export type TaskGraph = {
  /** The tasks of each level, in plan order. */
  levels: TaskId[][];
  /** The level of each task, from 0. */
  levelOf: ReadonlyMap<TaskId, number>;
  /** How many tasks the longest chain has that waits for each; 0 where it is not in here. */
  chainBehind: ReadonlyMap<TaskId, number>;
};

type Known = { tasks: readonly Node[]; graph: TaskGraph };

/** By the first task: each start looks at the graph, which changes only with the plan. */
const known = new WeakMap<Node, Known>();

/** Linear in tasks and dependencies. Needs a graph without a cycle; what waits for no task of it is left out. */
export function taskGraph(tasks: readonly Node[]): TaskGraph {
  const [first] = tasks;
  const before = first && known.get(first);
  if (before && isSame(before.tasks, tasks)) return before.graph;
  const graph = makeGraph(tasks);
  if (first) known.set(first, { tasks, graph });
  return graph;
}

function isSame(before: readonly Node[], now: readonly Node[]): boolean {
  return before.length === now.length && now.every((task, index) => task === before[index]);
}

function makeGraph(tasks: readonly Node[]): TaskGraph {
  const inOrder = topological(tasks);
  const levelOf = new Map<TaskId, number>();
  for (const { id, dependencies } of inOrder) {
    levelOf.set(id, 1 + Math.max(-1, ...dependencies.map((each) => levelOf.get(each) ?? 0)));
  }
  const chainBehind = new Map<TaskId, number>();
  for (const { id, dependencies } of inOrder.reverse()) {
    const own = 1 + (chainBehind.get(id) ?? 0);
    for (const each of dependencies) {
      chainBehind.set(each, Math.max(chainBehind.get(each) ?? 0, own));
    }
  }
  const levels: TaskId[][] = [];
  for (const { id } of tasks) {
    const level = levelOf.get(id);
    if (level === undefined) continue;
    levels[level] ??= [];
    levels[level].push(id);
  }
  return { levels, levelOf, chainBehind };
}

/** Every task behind those that it waits for. */
function topological(tasks: readonly Node[]): Node[] {
  const open = new Map<TaskId, number>();
  const waiting = new Map<TaskId, Node[]>();
  for (const task of tasks) {
    const dependencies = new Set(task.dependencies);
    open.set(task.id, dependencies.size);
    for (const each of dependencies) {
      const others = waiting.get(each);
      if (others) others.push(task);
      else waiting.set(each, [task]);
    }
  }
  const inOrder = tasks.filter((task) => open.get(task.id) === 0);
  // It grows while it is walked.
  for (const { id } of inOrder) {
    for (const task of waiting.get(id) ?? []) {
      const left = (open.get(task.id) ?? 0) - 1;
      open.set(task.id, left);
      if (left === 0) inOrder.push(task);
    }
  }
  return inOrder;
}
