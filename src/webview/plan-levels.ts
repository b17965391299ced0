/** Groups a plan's tasks by what they wait for; a plan that failed its check is grouped as far as it goes. */
import type { Task } from '../shared/plan.ts';

export type PlanLevel = {
  kind: 'at-once' | 'after' | 'never';
  tasks: Task[];
};

/** Level by level, in the plan's order inside each; tasks of a cycle come last, as `never`. */
export function planLevels(tasks: readonly Task[]): PlanLevel[] {
  const known = new Set<string>(tasks.map((task) => task.id));
  const placed = new Set<string>();
  const levels: PlanLevel[] = [];
  let rest = [...tasks];
  while (rest.length > 0) {
    const free = rest.filter((task) =>
      task.dependencies.every((id) => placed.has(id) || !known.has(id)),
    );
    if (free.length === 0) return [...levels, { kind: 'never', tasks: rest }];
    levels.push({ kind: levels.length === 0 ? 'at-once' : 'after', tasks: free });
    for (const task of free) placed.add(task.id);
    rest = rest.filter((task) => !placed.has(task.id));
  }
  return levels;
}
