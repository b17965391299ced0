/** Puts the accepted hunks of a file on its base, byte for byte. */
import type { Hunk, HunkDecision, ReviewedFile } from '../../shared/changes.ts';

type Side = 'base' | 'head';

/**
 * @param before the bytes of the base, undefined where the file does not exist there
 * @param proposed the bytes of the proposal, undefined where it was deleted
 * @returns undefined when the outcome is that the file does not exist
 */
export function applyDecisions(
  before: Uint8Array | undefined,
  proposed: Uint8Array | undefined,
  file: Pick<ReviewedFile, 'hunks' | 'decisions'>,
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
  file: Pick<ReviewedFile, 'hunks' | 'decisions'>,
): Uint8Array | undefined {
  return composeHunks(before, proposed, {
    ...file,
    sideOf: (decision) => (decision === 'rejected' ? 'base' : 'head'),
  });
}

function composeHunks(
  before: Uint8Array | undefined,
  proposed: Uint8Array | undefined,
  choice: Pick<ReviewedFile, 'hunks' | 'decisions'> & { sideOf(decision: HunkDecision): Side },
): Uint8Array | undefined {
  const sides = choice.hunks.map((hunk) => choice.sideOf(choice.decisions[hunk.id] ?? 'undecided'));
  if (sides.every((side) => side === 'head')) return proposed;
  if (sides.every((side) => side === 'base')) return before;
  return takeSides(before, proposed, { hunks: choice.hunks, sides });
}

/** The base with exactly these hunks taken from the other side. */
export function replaceHunks(
  before: Uint8Array,
  after: Uint8Array,
  hunks: readonly Hunk[],
): Uint8Array {
  return takeSides(before, after, { hunks, sides: hunks.map(() => 'head') });
}

function takeSides(
  before: Uint8Array | undefined,
  proposed: Uint8Array | undefined,
  { hunks, sides }: { hunks: readonly Hunk[]; sides: readonly Side[] },
): Uint8Array {
  const baseLines = splitLines(before);
  const headLines = splitLines(proposed);
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
  return concat(parts);
}

const lineFeed = 0x0a;

/** Each with its line feed; the last may be without one. */
function splitLines(bytes: Uint8Array | undefined): Uint8Array[] {
  const lines: Uint8Array[] = [];
  if (!bytes) return lines;
  let from = 0;
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, from)) {
    lines.push(bytes.subarray(from, at + 1));
    from = at + 1;
  }
  if (from < bytes.length) lines.push(bytes.subarray(from));
  return lines;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
