/** A hunk as lines to read, removed ones before added ones, cut where it is long. */
import { byteLines, type WideEncoding } from '../../shared/byte-lines.ts';
import type { Hunk } from '../../shared/changes.ts';
import { cutMiddle } from '../prompts/cut.ts';

const mostCharacters = 4000;

type Sides = {
  before: Uint8Array | undefined;
  proposed: Uint8Array | undefined;
  encoding?: WideEncoding | undefined;
};

export function quoteHunk(hunk: Hunk, { before, proposed, encoding }: Sides): string {
  const { baseStart, baseLines, headStart, headLines } = hunk;
  const linesOf = (bytes: Uint8Array | undefined, start: number, count: number): string[] => {
    if (!bytes || count === 0) return [];
    const lines = byteLines(bytes, encoding).slice(start - 1, start - 1 + count);
    return lines.map((line) => new TextDecoder(encoding).decode(line).replace(/\n$/, ''));
  };
  const removed = linesOf(before, baseStart, baseLines).map((line) => `-${line}`);
  const added = linesOf(proposed, headStart, headLines).map((line) => `+${line}`);
  return cutMiddle([...removed, ...added].join('\n'), mostCharacters, 'read the file for the rest');
}
