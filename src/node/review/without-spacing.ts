/** Takes back what a save changed in white space alone: ends of lines and of the file, never a line with other changes. */
import { replaceHunks } from '../../engine/review/apply-decisions.ts';
import { byteLines } from '../../shared/byte-lines.ts';
import type { Hunk } from '../../shared/changes.ts';
import { diffTexts, type Spacing } from '../git/diff-texts.ts';
import { lineTexts } from '../git/line-text.ts';

/** @returns `after`, with the lines of `before` where they differ in such white space alone */
export async function withoutSpacing(
  before: Uint8Array,
  after: Uint8Array,
  { spacing, signal }: { spacing: Spacing; signal: AbortSignal },
): Promise<Uint8Array> {
  const lines = lineTexts([before, after]);
  const [was, is] = lines?.texts ?? [];
  if (!lines || !was || !is) return after;
  const style = { context: 0, lines: 'myers', ignoring: spacing } as const;
  const [diff] = await diffTexts([{ before: was, after: is }], style, signal);
  const real = (diff?.hunks ?? []).filter((hunk) => !isBlankEnd(hunk, was, is));
  return replaceHunks(before, after, { hunks: real, encoding: lines.encoding });
}

/** Blank lines at the end of the file, which an editor may add or cut at every save. */
function isBlankEnd(hunk: Hunk, before: Uint8Array, after: Uint8Array): boolean {
  return (
    isBlankRest(before, hunk.baseStart, hunk.baseLines) &&
    isBlankRest(after, hunk.headStart, hunk.headLines)
  );
}

function isBlankRest(bytes: Uint8Array, start: number, count: number): boolean {
  const first = count === 0 ? start : start - 1;
  const rest = byteLines(bytes).slice(first);
  return rest.every((line) => new TextDecoder('latin1').decode(line).trim() === '');
}
