/** Names and numbers in the sentences of tool results: one line each, whatever a name holds. */

const maxName = 200;
const maxNumbers = 20;

/** A path or pattern as it is, or quoted with escapes where it would break the line or hide something. */
export function inWords(name: string): string {
  const short = name.length > maxName ? `${name.slice(0, maxName)}…` : name;
  return /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(short) ? JSON.stringify(short) : short;
}

/** `line 4`, `lines 4, 19, 72`, and no more than a screenful. */
export function linesInWords(lines: readonly number[]): string {
  const shown = lines.slice(0, maxNumbers).join(', ');
  const more = lines.length - maxNumbers;
  return `${lines.length === 1 ? 'line' : 'lines'} ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}

/** `1 file`, `3 files`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
