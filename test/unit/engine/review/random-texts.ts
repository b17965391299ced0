/** Random texts and changes of them, and patches of chosen hunks as git reads them. */
import type { FileChange, Hunk } from '../../../../src/shared/changes.ts';
import type { SeededRandom } from '../../shared/seeded-random.ts';

/** Few, so that lines repeat; some look like parts of a patch, one is no UTF-8. */
const lines = [
  ...['', 'a', 'b', 'c', 'a\r', '\r', '\t', '\xe4', 'x\ry'],
  ...['@@ -1 +1 @@', '-- x', '++ y', 'diff --git a/x b/x', '\\ No newline at end of file'],
];

/** Latin-1 characters stand for bytes. */
export function randomText(random: SeededRandom): string {
  const text = Array.from({ length: random.below(14) }, () => `${random.pick(lines)}\n`).join('');
  return random.chance(0.3) ? text.replace(/\n$/, '') : text;
}

export function randomChange(random: SeededRandom, text: string): string {
  if (random.chance(0.05)) return randomText(random);
  const changed = splitLines(text);
  for (let edits = 1 + random.below(4); edits > 0; edits -= 1) {
    const at = random.below(changed.length + 1);
    const removed = random.below(3);
    const added = Array.from({ length: random.below(3) }, () => `${random.pick(lines)}\n`);
    changed.splice(at, removed, ...added);
  }
  // Only the last line can be without its end.
  const whole = changed.map((line, at) => {
    const inside = at < changed.length - 1 && !line.endsWith('\n');
    return inside ? `${line}\n` : line;
  });
  const joined = whole.join('');
  return random.chance(0.2) ? joined.replace(/\n$/, '') : joined;
}

/** A patch of some hunks of a file, without context, each where it stands when the others are left out. */
export function patchOf(
  file: Pick<FileChange, 'path'>,
  { base, head }: { base: string; head: string },
  hunks: readonly Hunk[],
): string {
  const [baseLines, headLines] = [splitLines(base), splitLines(head)];
  let shift = 0;
  const parts = hunks.map((hunk) => {
    const removed = taken(baseLines, hunk.baseStart, hunk.baseLines);
    const added = taken(headLines, hunk.headStart, hunk.headLines);
    const first = hunk.baseLines === 0 ? hunk.baseStart + 1 : hunk.baseStart;
    const start = hunk.headLines === 0 ? first - 1 + shift : first + shift;
    shift += hunk.headLines - hunk.baseLines;
    const range = `@@ -${hunk.baseStart},${hunk.baseLines} +${start},${hunk.headLines} @@\n`;
    return range + marked('-', removed) + marked('+', added);
  });
  return `--- a/${file.path}\n+++ b/${file.path}\n${parts.join('')}`;
}

function taken(all: readonly string[], start: number, count: number): string[] {
  return count === 0 ? [] : all.slice(start - 1, start - 1 + count);
}

function marked(sign: string, some: readonly string[]): string {
  const whole = some.map((line) =>
    line.endsWith('\n') ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`,
  );
  return whole.join('');
}

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
