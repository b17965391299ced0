/** To whom a comment of the review goes: the task that changed the file last. */

import { authorsOf } from '../../shared/authors.ts';
import type { ReviewComment } from '../../shared/changes.ts';
import type { EventBody } from '../../shared/events.ts';
import { MusterError } from '../../shared/muster-error.ts';
import type { RunState } from '../../shared/run-state.ts';

/** @throws MusterError `wrong-decision` when a comment is about nothing that an agent wrote */
export function sentBack(
  state: RunState,
  comments: readonly ReviewComment[],
  by: string,
): EventBody[] {
  return comments.map((comment) => {
    const { path, hunk } = comment;
    const file = state.changes?.files.find((each) => each.path === path);
    if (!file) throw refused(`${path} is not in the change set. Nothing was sent.`);
    if (hunk !== undefined && !file.hunks.some((each) => each.id === hunk)) {
      throw refused(
        `The change of ${path} that the comment is about is no longer there. Nothing was sent; look at the diff again.`,
      );
    }
    const author = authorsOf(state, path).at(-1);
    if (!author) {
      throw refused(
        `No agent of this run wrote ${path}. Nothing was sent; edit the file yourself.`,
      );
    }
    return { type: 'change:commented', ...comment, taskId: author.task.id, by };
  });
}

function refused(message: string): MusterError {
  return new MusterError('wrong-decision', message);
}
