/** Where hunks stand in the text that the review shows: the proposal without what was rejected. */
import type { Hunk, HunkDecision, ReviewedFile } from './changes.ts';

export type HunkPlace = {
  hunk: Hunk;
  decision: HunkDecision;
  /** First line of the hunk in the text shown, from 0; for a deletion the line after it. */
  line: number;
  /** Lines of the text shown that belong to it; 0 for a deletion. */
  lines: number;
};

export function placeHunks(file: Pick<ReviewedFile, 'hunks' | 'decisions'>): HunkPlace[] {
  let shift = 0;
  return file.hunks.map((hunk) => {
    const decision = file.decisions[hunk.id] ?? 'undecided';
    const rejected = decision === 'rejected';
    const first = hunk.headLines === 0 ? hunk.headStart : hunk.headStart - 1;
    const place = {
      hunk,
      decision,
      line: first + shift,
      lines: rejected ? hunk.baseLines : hunk.headLines,
    };
    if (rejected) shift += hunk.baseLines - hunk.headLines;
    return place;
  });
}
