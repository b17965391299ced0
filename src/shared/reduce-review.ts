/** Folds what the person writes during the review: edits of the proposal, and comments that send work back. */
import {
  type FileChange,
  fileDecision,
  type Hunk,
  type HunkDecision,
  isNameAlone,
  namesOf,
  type ReviewedFile,
} from './changes.ts';
import type { EventOf } from './events.ts';
import { changeTask } from './reduce-parts.ts';
import type { RunState } from './run-state.ts';

export function editProposal(state: RunState, event: EventOf<'change:edited'>): RunState {
  if (!state.changes) return state;
  const { path, head, runHead, change, edited } = event;
  const files = state.changes.files.flatMap((file) => {
    if (file.path !== path) return [file];
    if (!change) return [];
    const unseen = file.unseen && { unseen: among(change, file.unseen) };
    const conflict = file.conflict && { conflict: file.conflict };
    // Nothing else of before holds: a yes of its own, too, was for what stood there then.
    return [{ ...change, ...decisionsAfterEdit(file, change), edited, ...unseen, ...conflict }];
  });
  return { ...state, head: runHead, changes: { ...state.changes, head, files } };
}

/**
 * What was accepted stays accepted when the person goes on writing in it; what they wrote over a
 * rejection, or by itself, is undecided, and so is all of a protected file but what was rejected.
 */
function decisionsAfterEdit(
  before: ReviewedFile,
  change: FileChange,
): Pick<ReviewedFile, 'decisions' | 'whole'> {
  const isProtected = before.protected !== undefined || change.protected !== undefined;
  const decisions: ReviewedFile['decisions'] = {};
  for (const hunk of change.hunks) {
    const decision = before.decisions[hunk.id] ?? decisionWrittenIn(before, hunk);
    if (decision && !(isProtected && decision === 'accepted')) decisions[hunk.id] = decision;
  }
  // Written back to the base, a renamed file has but its new name left to decide.
  const whole = isNameAlone(change) ? fileDecision(before) : before.whole;
  const staysWhole = whole === 'accepted' && !isProtected;
  return { decisions, whole: staysWhole ? 'accepted' : 'undecided' };
}

/** `accepted` for lines within or beside nothing but hunks that were accepted. */
function decisionWrittenIn(before: ReviewedFile, hunk: Hunk): HunkDecision | undefined {
  if (before.hunks.some(({ id }) => id === hunk.id)) return undefined;
  const touched = before.hunks.filter((each) => touches(each, hunk));
  const accepted = touched.every(({ id }) => before.decisions[id] === 'accepted');
  return touched.length > 0 && accepted ? 'accepted' : undefined;
}

function touches(left: Hunk, right: Hunk): boolean {
  const [one, two] = [baseRange(left), baseRange(right)];
  return one.from <= two.to && two.from <= one.to;
}

function baseRange({ baseStart, baseLines }: Hunk): { from: number; to: number } {
  const from = baseLines === 0 ? baseStart : baseStart - 1;
  return { from, to: from + baseLines };
}

/** The task goes on at the run head, which holds all that was merged and the person's own edits. */
export function sendBack(state: RunState, event: EventOf<'change:commented'>): RunState {
  const { path, hunk, text, taskId } = event;
  const { head } = state;
  const comment = { path, ...(hunk === undefined ? {} : { hunk }), text };
  return changeTask(state, taskId, ({ tree: _, endedAt: __, error: ___, ...task }) => {
    const wrote = [...(task.wrote ?? []), ...(task.recorded?.files ?? []).flatMap(namesOf)];
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
  { earlier, asBefore }: { earlier?: readonly ReviewedFile[]; asBefore: readonly string[] },
): ReviewedFile[] {
  if (!earlier) return [...files];
  return files.map((file) => {
    const before = earlier.find((each) => each.path === file.path);
    const known = new Set(before?.hunks.map((hunk) => hunk.id));
    const unseen = file.hunks.flatMap(({ id }) => (known.has(id) ? [] : [id]));
    const isNew =
      file.hunks.length > 0
        ? before === undefined || unseen.length > 0
        : !asBefore.includes(file.path);
    const edited = before?.edited && { edited: among(file, before.edited) };
    const named = isNameAccepted(file, before) ? { whole: 'accepted' as const } : {};
    return { ...file, ...named, ...edited, ...(isNew ? { unseen } : {}) };
  });
}

/** A new name that was accepted beside hunks that were not is no part of them, and is the same still. */
function isNameAccepted(file: ReviewedFile, before: ReviewedFile | undefined): boolean {
  if (file.renamedFrom === undefined || file.protected !== undefined) return false;
  const isSame = before?.renamedFrom === file.renamedFrom && before.whole === 'accepted';
  return isSame && file.hunks.length > 0;
}

/** Of these hunks the ones that are still there. */
export function among({ hunks }: Pick<ReviewedFile, 'hunks'>, ids: readonly string[]): string[] {
  return ids.filter((id) => hunks.some((hunk) => hunk.id === id));
}
