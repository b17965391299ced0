/** The change set by task: each file stands under the task that changed it last. */
import { authorsOf } from './authors.ts';
import type { ReviewedFile } from './changes.ts';
import type { RunState } from './run-state.ts';

/** `title` is that of the task; a file that no task of the run changed stands under the person. */
export type AuthorGroup = { id: string; title: string; agent?: string; files: ReviewedFile[] };

export function groupByAuthor(run: Pick<RunState, 'tasks' | 'changes'>): AuthorGroup[] {
  const groups = new Map<string, AuthorGroup>();
  for (const file of run.changes?.files ?? []) {
    const author = authorsOf(run, file.path).at(-1);
    const id = author?.task.id ?? '';
    const group = groups.get(id) ?? {
      id,
      title: author?.task.title ?? 'Not by a task of this run',
      ...(author?.agent === undefined ? {} : { agent: author.agent }),
      files: [],
    };
    group.files.push(file);
    groups.set(id, group);
  }
  return [...groups.values()];
}
