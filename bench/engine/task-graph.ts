/** Graphs of tasks to be run, the same for Muster and its peers, and what no scheduler can beat. */
import type { SeededRandom } from './seeded-random.ts';

export type GraphTask = {
  id: string;
  /** Ids of tasks that stand before it in the graph. */
  after: string[];
  /** Units of time that its work takes. */
  duration: number;
};

/** In an order in which every task comes after what it waits for. */
export type TaskGraph = { name: string; tasks: GraphTask[] };

export function chain(length: number): TaskGraph {
  const tasks = Array.from({ length }, (_, index) => ({
    id: `t${index}`,
    after: index === 0 ? [] : [`t${index - 1}`],
    duration: 0,
  }));
  return { name: `chain of ${length}`, tasks };
}

/** Every task of a layer waits for all of the layer before. */
export function layers(depth: number, width: number): TaskGraph {
  const ids = (layer: number) => Array.from({ length: width }, (_, index) => `t${layer}x${index}`);
  const tasks = Array.from({ length: depth }, (_, layer) =>
    ids(layer).map((id) => ({ id, after: layer === 0 ? [] : ids(layer - 1), duration: 0 })),
  ).flat();
  return { name: `${depth} layers of ${width}`, tasks };
}

/**
 * @param size tasks
 * @param reach how many tasks back a dependency may lie: a small reach makes long chains
 */
export function randomGraph(
  random: SeededRandom,
  { size, reach, longest }: { size: number; reach: number; longest: number },
): TaskGraph {
  const tasks = Array.from({ length: size }, (_, index): GraphTask => {
    const wanted = Math.min(index, random.integer(0, 3));
    const before = new Set<string>();
    for (let drawn = 0; drawn < wanted; drawn += 1) {
      before.add(`t${random.integer(Math.max(0, index - reach), index - 1)}`);
    }
    return { id: `t${index}`, after: [...before], duration: random.integer(1, longest) };
  });
  return { name: `random graph of ${size}`, tasks };
}

/** The longest chain, and the work shared out evenly: whichever is longer. */
export function lowerBound(graph: TaskGraph, limit: number): number {
  const ends = new Map<string, number>();
  let total = 0;
  for (const { id, after, duration } of graph.tasks) {
    ends.set(id, duration + Math.max(0, ...after.map((each) => ends.get(each) ?? 0)));
    total += duration;
  }
  return Math.max(total / limit, ...ends.values());
}

/** The tasks of each level: those whose longest chain of tasks before them is equally long. */
export function levelsOf(graph: TaskGraph): GraphTask[][] {
  const level = new Map<string, number>();
  const levels: GraphTask[][] = [];
  for (const task of graph.tasks) {
    const own = 1 + Math.max(-1, ...task.after.map((each) => level.get(each) ?? 0));
    level.set(task.id, own);
    levels[own] ??= [];
    levels[own].push(task);
  }
  return levels;
}
