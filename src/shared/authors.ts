/** Which tasks wrote a file of the change set, and so which agents. */
import { namesOf } from './changes.ts';
import type { RunState, TaskState } from './run-state.ts';

/** All tasks that changed a file, in the order in which they were merged. */
export function authorsOf({ tasks }: Pick<RunState, 'tasks'>, path: string): TaskState[] {
  return tasks
    .filter(({ status, recorded, wrote = [] }) => {
      const merged = status === 'done' ? (recorded?.files ?? []) : [];
      return wrote.includes(path) || merged.some((file) => namesOf(file).includes(path));
    })
    .sort((left, right) => ((left.endedAt ?? '') < (right.endedAt ?? '') ? -1 : 1));
}
