/** A hunk as lines to read, removed ones before added ones, cut where it is long. */
import type { Hunk } from '../../shared/changes.ts';
import { cutMiddle } from '../prompts/cut.ts';

const mostCharacters = 4000;

export function quoteHunk(
  hunk: Hunk,
  before: Uint8Array | undefined,
  proposed: Uint8Array | undefined,
): string {
  const { baseStart, baseLines, headStart, headLines } = hunk;
  const removed = linesOf(before, baseStart, baseLines).map((line) => `-${line}`);
  const added = linesOf(proposed, headStart, headLines).map((line) => `+${line}`);
  return cutMiddle([...removed, ...added].join('\n'), mostCharacters, 'read the file for the rest');
}

function linesOf(bytes: Uint8Array | undefined, start: number, count: number): string[] {
  if (!bytes || count === 0) return [];
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .slice(start - 1, start - 1 + count);
}
