/** At which line a hunk's lens stands, so that it is above the block that the editor colours for it. */
import type { HunkPlace } from './hunk-places.ts';

/**
 * git and the editor may see one insertion (or deletion) between equal lines at different places:
 * it can be slid as long as the line that it leaves behind is the line that it takes up. The lens
 * stands at the first of these places that the editor prefers or git names.
 * @param texts lines without their ends; `shown` is the side on which the lens stands
 * @param from first line that is not of the hunk before
 * @returns from 0; for a deletion the line below which nothing is left of it
 */
export function lensLine(
  { hunk, decision, line, lines }: HunkPlace,
  texts: { base: readonly string[]; shown: readonly string[] },
  from: number,
): number {
  if (decision === 'rejected' || (hunk.baseLines > 0 && hunk.headLines > 0)) return line;
  const isDeletion = hunk.headLines === 0;
  const start = isDeletion ? hunk.baseStart - 1 : line;
  const block = { start, count: isDeletion ? hunk.baseLines : lines };
  const slid = preferredSlide(isDeletion ? texts.base : texts.shown, block, line - from);
  return line + Math.min(0, slid);
}

/** Further than this no editor looks. */
const mostLines = 100;

/** Blocks are best begun and ended where little is indented; the first best place counts. */
function preferredSlide(
  lines: readonly string[],
  { start, count }: { start: number; count: number },
  room: number,
): number {
  let up = 0;
  const most = Math.min(mostLines, room);
  while (up < most && same(lines, start - 1 - up, start + count - 1 - up)) up += 1;
  let down = 0;
  while (down < mostLines && same(lines, start + down, start + count + down)) down += 1;
  let best = { slide: -up, indent: Number.POSITIVE_INFINITY };
  for (let slide = -up; slide <= down; slide += 1) {
    const at = start + slide;
    const indent = indentAround(lines, at) + indentAround(lines, at + count);
    if (indent < best.indent) best = { slide, indent };
  }
  return best.slide;
}

function same(lines: readonly string[], left: number, right: number): boolean {
  return left >= 0 && right < lines.length && lines[left] === lines[right];
}

function indentAround(lines: readonly string[], at: number): number {
  return indentOf(lines[at - 1]) + indentOf(lines[at]);
}

function indentOf(line = ''): number {
  return line.length - line.trimStart().length;
}
