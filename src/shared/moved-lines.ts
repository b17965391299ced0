/** Where lines of a text stand in the same text while somebody types in one place of it. */

/** @returns for a line from 0 of `before`, its line in `now` */
export function movedLines(
  before: readonly string[],
  now: readonly string[],
): { forth(line: number): number; back(line: number): number } {
  const shorter = Math.min(before.length, now.length);
  let start = 0;
  while (start < shorter && before[start] === now[start]) start += 1;
  const grown = now.length - before.length;
  return {
    forth: (line) => (line <= start ? line : Math.max(start, line + grown)),
    back: (line) => (line <= start ? line : Math.max(start, line - grown)),
  };
}
