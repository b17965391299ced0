/** Puts the accepted hunks of a file on its base, byte for byte. */
import { byteLines, joinBytes, type WideEncoding } from '../../shared/byte-lines.ts';
import type { Hunk, HunkDecision, ReviewedFile } from '../../shared/changes.ts';

type Side = 'base' | 'head';
type Decided = Pick<ReviewedFile, 'hunks' | 'decisions' | 'encoding'>;

/**
 * @param before the bytes of the base, undefined where the file does not exist there
 * @param proposed the bytes of the proposal, undefined where it was deleted
 * @returns undefined when the outcome is that the file does not exist
 */
export function applyDecisions(
  before: Uint8Array | undefined,
  proposed: Uint8Array | undefined,
  file: Decided,
): Uint8Array | undefined {
  return composeHunks(before, proposed, {
    ...file,
    sideOf: (decision) => (decision === 'accepted' ? 'head' : 'base'),
  });
}

/** What the proposed side of the diff shows: everything that has not been rejected. */
export function withoutRejected(
  before: Uint8Array | undefined,
  proposed: Uint8Array | undefined,
  file: Decided,
): Uint8Array | undefined {
  return composeHunks(before, proposed, {
    ...file,
    sideOf: (decision) => (decision === 'rejected' ? 'base' : 'head'),
  });
}

function composeHunks(
  before: Uint8Array | undefined,
  proposed: Uint8Array | undefined,
  choice: Decided & { sideOf(decision: HunkDecision): Side },
): Uint8Array | undefined {
  const sides = choice.hunks.map((hunk) => choice.sideOf(choice.decisions[hunk.id] ?? 'undecided'));
  if (sides.every((side) => side === 'head')) return proposed;
  if (sides.every((side) => side === 'base')) return before;
  const { hunks, encoding } = choice;
  return takeSides(before, proposed, { hunks, sides, encoding });
}

/** The base with exactly these hunks taken from the other side. */
export function replaceHunks(
  before: Uint8Array,
  after: Uint8Array,
  { hunks, encoding }: Omit<Sides, 'sides'>,
): Uint8Array {
  return takeSides(before, after, { hunks, sides: hunks.map(() => 'head'), encoding });
}

type Sides = {
  hunks: readonly Hunk[];
  sides: readonly Side[];
  encoding?: WideEncoding | undefined;
};

function takeSides(
  before: Uint8Array | undefined,
  proposed: Uint8Array | undefined,
  { hunks, sides, encoding }: Sides,
): Uint8Array {
  const baseLines = byteLines(before, encoding);
  const headLines = byteLines(proposed, encoding);
  const parts: Uint8Array[] = [];
  let next = 0;
  hunks.forEach((hunk, index) => {
    const from = hunk.baseLines === 0 ? hunk.baseStart : hunk.baseStart - 1;
    parts.push(...baseLines.slice(next, from));
    next = from + hunk.baseLines;
    const headFrom = hunk.headLines === 0 ? hunk.headStart : hunk.headStart - 1;
    parts.push(
      ...(sides[index] === 'head'
        ? headLines.slice(headFrom, headFrom + hunk.headLines)
        : baseLines.slice(from, next)),
    );
  });
  parts.push(...baseLines.slice(next));
  return joinBytes(parts);
}
