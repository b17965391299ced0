/** Finds a circle of tasks that wait for each other. */
import type { TaskId } from '../../shared/ids.ts';

type Node = { id: TaskId; dependencies: readonly TaskId[] };

/**
 * Depth first, without recursion, so that a chain of a thousand tasks cannot overflow the stack.
 * @returns the ids along the circle, each waiting for the next; undefined when there is none
 */
export function findCycle(nodes: readonly Node[]): TaskId[] | undefined {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const finished = new Set<TaskId>();
  for (const start of nodes) {
    const path: Array<{ node: Node; next: number }> = [{ node: start, next: 0 }];
    const onPath = new Set([start.id]);
    while (path.length > 0) {
      const top = path[path.length - 1];
      if (!top) break;
      const dependency = finished.has(top.node.id) ? undefined : top.node.dependencies[top.next++];
      if (dependency === undefined) {
        finished.add(top.node.id);
        onPath.delete(top.node.id);
        path.pop();
      } else if (onPath.has(dependency)) {
        const from = path.findIndex((each) => each.node.id === dependency);
        return path.slice(from).map((each) => each.node.id);
      } else {
        const node = byId.get(dependency);
        if (!node || finished.has(dependency)) continue;
        onPath.add(dependency);
        path.push({ node, next: 0 });
      }
    }
  }
  return undefined;
}
