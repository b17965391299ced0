/** A hunk as lines to read, removed ones before added ones, cut where it is long. */
import { byteLines, type WideEncoding } from '../../shared/byte-lines.ts';
import type { Hunk } from '../../shared/changes.ts';
import { cutMiddle } from '../prompts/cut.ts';

const mostCharacters = 4000;

type Sides = {
  before: Uint8Array | undefined;
  proposed: Uint8Array | undefined;
  encoding: WideEncoding | undefined;
};

export function quoteHunk(hunk: Hunk, { before, proposed, encoding }: Sides): string {
  const { baseStart, baseLines, headStart, headLines } = hunk;
  const decoder = new TextDecoder(encoding);
  const linesOf = (bytes: Uint8Array | undefined, start: number, count: number) =>
    byteLines(bytes, encoding)
      .slice(Math.max(start - 1, 0), Math.max(start - 1, 0) + count)
      .map((line) => decoder.decode(line).replace(/\n$/u, ''));
  const removed = linesOf(before, baseStart, baseLines).map((line) => `-${line}`);
  const added = linesOf(proposed, headStart, headLines).map((line) => `+${line}`);
  return cutMiddle([...removed, ...added].join('\n'), mostCharacters, 'read the file for the rest');
}
