/** Folds what the person writes during the review: edits of the proposal, and comments that send work back. */
import type { ReviewedFile } from './changes.ts';
import type { EventOf } from './events.ts';
import { changeTask } from './reduce-parts.ts';
import type { RunState } from './run-state.ts';

export function editProposal(state: RunState, event: EventOf<'change:edited'>): RunState {
  if (!state.changes) return state;
  const { path, head, runHead, change, edited } = event;
  const files = state.changes.files.flatMap((file) => {
    if (file.path !== path) return [file];
    if (!change) return [];
    const kept = Object.entries(file.decisions).filter(([id]) => among(change, [id]).length > 0);
    const decisions = Object.fromEntries(kept);
    const unseen = file.unseen && { unseen: among(change, file.unseen) };
    return [{ ...file, ...change, decisions, edited, ...unseen }];
  });
  return { ...state, head: runHead, changes: { ...state.changes, head, files } };
}

/** The task goes on at the run head, which holds all that was merged and the person's own edits. */
export function sendBack(state: RunState, event: EventOf<'change:commented'>): RunState {
  const { path, hunk, text, taskId } = event;
  const { head } = state;
  const comment = { path, ...(hunk === undefined ? {} : { hunk }), text };
  return changeTask(state, taskId, ({ tree: _, endedAt: __, ...task }) => {
    const wrote = [...(task.wrote ?? []), ...(task.recorded?.files ?? []).map((each) => each.path)];
    return {
      ...task,
      status: 'running',
      returning: true,
      attempt: 0,
      conflicts: 0,
      ...(head === undefined ? {} : { base: head }),
      wrote: [...new Set(wrote)],
      sentBack: [...(task.sentBack ?? []), comment],
    };
  });
}

/** Marks what the person has not seen in the change set before, and what of it they wrote themselves. */
export function markSince(
  files: readonly ReviewedFile[],
  earlier: readonly ReviewedFile[] | undefined,
): ReviewedFile[] {
  if (!earlier) return [...files];
  return files.map((file) => {
    const before = earlier.find((each) => each.path === file.path);
    const known = new Set(before?.hunks.map((hunk) => hunk.id));
    const unseen = file.hunks.flatMap(({ id }) => (known.has(id) ? [] : [id]));
    const isNew = before === undefined || unseen.length > 0;
    const edited = before?.edited && { edited: among(file, before.edited) };
    return { ...file, ...edited, ...(isNew ? { unseen } : {}) };
  });
}

function among({ hunks }: Pick<ReviewedFile, 'hunks'>, ids: readonly string[]): string[] {
  return ids.filter((id) => hunks.some((hunk) => hunk.id === id));
}
