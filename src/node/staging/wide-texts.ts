/** Files that a person takes for text and git may not: their lines, where the encoding is certain, else a word why there are none. */
import { binaryKind } from '../../engine/agent/binary-kind.ts';
import type { WideEncoding } from '../../shared/byte-lines.ts';
import type { Hunk } from '../../shared/changes.ts';
import type { Undivided } from '../../shared/undivided.ts';
import { diffTexts, type TextPair } from '../git/diff-texts.ts';
import { lineText, wideEncodingOf } from '../git/line-text.ts';
import type { ShadowGit } from '../git/shadow-git.ts';
import { readFilesAt } from './read-files.ts';

export type WideText =
  | { is: 'undivided'; why: Undivided }
  /** `patch` from the first `@@` on, one byte for each character. */
  | { is: 'divided'; encoding: WideEncoding; hunks: Hunk[]; patch: string };

export type Doubtful = {
  path: string;
  /** Its path before, another one for a renamed file. */
  from: string;
  /** To git it is no text. */
  binary: boolean;
};

/** @returns by path; what git has right is not in it */
export async function wideTexts(
  shadow: ShadowGit,
  { from, to, files }: { from: string; to: string; files: readonly Doubtful[] },
  signal: AbortSignal,
): Promise<Map<string, WideText>> {
  const found = new Map<string, WideText>();
  if (files.length === 0) return found;
  const [before, after] = await Promise.all([
    readFilesAt(
      shadow,
      from,
      files.map((file) => file.from),
    ),
    readFilesAt(
      shadow,
      to,
      files.map(({ path }) => path),
    ),
  ]);
  const divided: Array<TextPair & { path: string; encoding: WideEncoding }> = [];
  for (const [at, file] of files.entries()) {
    const judged = judge(file, before[at] ?? nothing, after[at] ?? nothing);
    if (judged === undefined) continue;
    if (typeof judged === 'string') found.set(file.path, { is: 'undivided', why: judged });
    else divided.push({ path: file.path, ...judged });
  }
  const [hunks, patches] = await Promise.all([
    diffTexts(divided, { context: 0, lines: 'histogram' }, signal),
    diffTexts(divided, { context: 3, lines: 'histogram' }, signal),
  ]);
  for (const [at, { path, encoding }] of divided.entries()) {
    const [lines, patch] = [hunks[at]?.hunks ?? [], patches[at]?.patch ?? ''];
    found.set(path, { is: 'divided', encoding, hunks: lines, patch });
  }
  return found;
}

const nothing = new Uint8Array();

/** A side that is empty, or not there, is of any encoding. */
function judge(
  { binary }: Doubtful,
  before: Uint8Array,
  after: Uint8Array,
): Undivided | (TextPair & { encoding: WideEncoding }) | undefined {
  const filled = [before, after].filter((side) => side.length > 0);
  const encoding = filled.map(wideEncodingOf).find((each) => each !== undefined);
  if (encoding === undefined && !binary) return undefined;
  const [first, second] = [lineText(before), lineText(after)];
  if (first === undefined || second === undefined) {
    return filled.some(binaryKind) ? undefined : 'unknown-encoding';
  }
  if (encoding === undefined) return undefined;
  if (filled.some((side) => wideEncodingOf(side) !== encoding)) return 'other-encoding';
  return { encoding, before: first.bytes, after: second.bytes };
}
