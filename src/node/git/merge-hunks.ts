/** Three-way merge from the hunks that lead from a base to either side, line by line and byte for byte. */
import { byteLines, joinBytes, type WideEncoding } from '../../shared/byte-lines.ts';
import type { Hunk } from '../../shared/changes.ts';

export type MergeSide = { bytes: Uint8Array; hunks: readonly Hunk[] };

type Merging = { base: Uint8Array; now: MergeSide; wanted: MergeSide };

type How = { encoding: WideEncoding | undefined; prefer: 'neither' | 'wanted' };

/** Lines of the base, from 0, and those of one side that stand for them. */
type Edit = { from: number; to: number; sideFrom: number; sideTo: number };

/** Edits of both sides that overlap or touch, and so have to be looked at together. */
type Region = { from: number; to: number; now: Edit[]; wanted: Edit[] };

/** @returns undefined where both changed the same lines, unless one is preferred */
export function mergeHunks(
  { base, now, wanted }: Merging,
  { encoding, prefer }: How,
): Uint8Array | undefined {
  const baseLines = byteLines(base, encoding);
  const sides = { now: byteLines(now.bytes, encoding), wanted: byteLines(wanted.bytes, encoding) };
  const parts: Uint8Array[] = [];
  let next = 0;
  for (const region of regionsOf(now.hunks, wanted.hunks)) {
    parts.push(...baseLines.slice(next, region.from));
    next = region.to;
    const [ours, theirs] = [
      textOf(region, 'now', { baseLines, lines: sides.now }),
      textOf(region, 'wanted', { baseLines, lines: sides.wanted }),
    ];
    if (region.wanted.length === 0) parts.push(...ours);
    else if (region.now.length === 0 || isSameLines(ours, theirs)) parts.push(...theirs);
    else if (prefer === 'neither') return undefined;
    else parts.push(...theirs);
  }
  parts.push(...baseLines.slice(next));
  return joinBytes(parts);
}

function regionsOf(now: readonly Hunk[], wanted: readonly Hunk[]): Region[] {
  const edits = [
    ...now.map((hunk) => ({ side: 'now' as const, edit: editOf(hunk) })),
    ...wanted.map((hunk) => ({ side: 'wanted' as const, edit: editOf(hunk) })),
  ].sort((left, right) => left.edit.from - right.edit.from || left.edit.to - right.edit.to);
  const regions: Region[] = [];
  for (const { side, edit } of edits) {
    let region = regions.at(-1);
    if (region === undefined || edit.from > region.to) {
      region = { from: edit.from, to: edit.to, now: [], wanted: [] };
      regions.push(region);
    }
    region.to = Math.max(region.to, edit.to);
    region[side].push(edit);
  }
  return regions;
}

function editOf({ baseStart, baseLines, headStart, headLines }: Hunk): Edit {
  const from = baseLines === 0 ? baseStart : baseStart - 1;
  const sideFrom = headLines === 0 ? headStart : headStart - 1;
  return { from, to: from + baseLines, sideFrom, sideTo: sideFrom + headLines };
}

function textOf(
  region: Region,
  side: 'now' | 'wanted',
  { baseLines, lines }: { baseLines: readonly Uint8Array[]; lines: readonly Uint8Array[] },
): Uint8Array[] {
  const text: Uint8Array[] = [];
  let next = region.from;
  for (const edit of region[side]) {
    text.push(...baseLines.slice(next, edit.from), ...lines.slice(edit.sideFrom, edit.sideTo));
    next = edit.to;
  }
  text.push(...baseLines.slice(next, region.to));
  return text;
}

function isSameLines(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  return (
    left.length === right.length &&
    left.every((line, at) => Buffer.compare(line, right[at] ?? new Uint8Array()) === 0)
  );
}
