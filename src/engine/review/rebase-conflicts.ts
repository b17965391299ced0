/** Files that moved on get a new base, the workspace as it is now, so that they can be decided anew. */
import type { FileChange, FileConflict, ReviewedFile } from '../../shared/changes.ts';
import type { Conflict } from '../apply-port.ts';
import type { Staging } from '../ports.ts';
import { diffAsPaired, type Paired } from './diff-as-paired.ts';
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
  const trees = { base, head };
  const named = conflicts.flatMap(pairsOf);
  const paired = await diffAsPaired(staging, trees, { files: named, signal });
  const own = paired.filter((each) => each !== undefined);
  // What needs a yes of its own may be another matter against the new base.
  const files = await markProtected(staging, trees, own);
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
  const apart = conflicts.flatMap(({ from, reason }): FileConflict[] => {
    const change = files.find((each) => each.path === from?.path);
    return change ? [{ path: change.path, reason, places: [], change }] : [];
  });
  return { base, head, files: [...rebased, ...apart] };
}

/** Where a file of the new name was made meanwhile, the old name is decided by itself. */
function pairsOf({ path, now, from }: Conflict): Paired[] {
  const mode = (side: Conflict['now']) => side && { baseMode: side.mode };
  if (!from) return [{ path, ...mode(now) }];
  if (from.now && !now) return [{ path, renamedFrom: from.path, ...mode(from.now) }];
  return [
    { path, ...mode(now) },
    { path: from.path, ...mode(from.now) },
  ];
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
