/** Files that moved on get a new base, the workspace as it is now, so that they can be decided anew. */
import type { FileChange, FileConflict, ReviewedFile } from '../../shared/changes.ts';
import type { Conflict, Staging } from '../ports.ts';
import { markProtected } from './mark-protected.ts';

type Conflicting = {
  changes: { base: string; head: string; files: readonly ReviewedFile[] };
  conflicts: readonly Conflict[];
};

/** @returns both sides of the change set with these files replaced, and what there is to decide in them */
export async function rebaseConflicts(
  staging: Staging,
  { changes, conflicts }: Conflicting,
  signal: AbortSignal,
): Promise<{ base: string; head: string; files: FileConflict[] }> {
  const tree = (at: string, side: 'now' | 'proposed') => {
    const files = conflicts.flatMap((conflict) => {
      const { path, from, [side]: content } = conflict;
      const old = side === 'now' ? from?.now : undefined;
      return [
        ...(from ? [{ path: from.path, ...(old && { side: old }) }] : []),
        { path, ...(content && { side: content }) },
      ];
    });
    return staging.replaceFiles(at, files, signal);
  };
  const base = await tree(changes.base, 'now');
  const head = await tree(changes.head, 'proposed');
  const diff = await staging.diff(base, head, signal);
  const names = conflicts.flatMap(({ path, from }) => [path, ...(from ? [from.path] : [])]);
  const ofConflicts = diff.files.filter((each) => names.includes(each.path));
  // What needs a yes of its own may be another matter against the new base.
  const files = await markProtected(staging, { base, head }, ofConflicts);
  const rebased = conflicts.map(({ path, reason }): FileConflict => {
    const change = files.find((each) => each.path === path);
    const earlier = changes.files.find((each) => each.path === path);
    return {
      path,
      reason,
      places: change ? newPlaces(change, earlier) : [],
      ...(change && { change }),
    };
  });
  // A rename that git no longer sees as one leaves the old name to be decided by itself.
  const apart = conflicts.flatMap(({ from, reason }): FileConflict[] => {
    const change = files.find((each) => each.path === from?.path);
    return change ? [{ path: change.path, reason, places: [], change }] : [];
  });
  return { base, head, files: [...rebased, ...apart] };
}

/** Hunks that are the same as before were not in conflict. */
function newPlaces(
  change: FileChange,
  earlier: ReviewedFile | undefined,
): Array<{ start: number; lines: number }> {
  const known = new Set(earlier?.hunks.map((hunk) => hunk.id));
  return change.hunks
    .filter((hunk) => !known.has(hunk.id))
    .map((hunk) => ({ start: hunk.baseStart, lines: hunk.baseLines }));
}
