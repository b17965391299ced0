/** Random texts and changes of them, and patches of chosen hunks as git reads them. */
import type { FileChange, Hunk } from '../../../../src/shared/changes.ts';
import type { SeededRandom } from '../../shared/seeded-random.ts';

/** Few, so that lines repeat; some look like parts of a patch, one is no UTF-8. */
const lines = [
  ...['', 'a', 'b', 'c', 'a\r', '\r', '\t', '\xe4', 'x\ry'],
  ...['@@ -1 +1 @@', '-- x', '++ y', 'diff --git a/x b/x', '\\ No newline at end of file'],
];

export type RandomCase = {
  base: Buffer;
  head: Buffer;
  /** As git sees the lines, a Latin-1 character for each byte. */
  lines: { base: string; head: string };
  /** From such lines back to the file. */
  encode: (lines: string) => Buffer;
};

/** Every second one of plain bytes, the others with the mark of an encoding. */
export function randomCase(
  random: SeededRandom,
  count: number,
  text = randomText(random),
): RandomCase {
  const changed = randomChange(random, text);
  if (count % 2 === 0) return caseOf([text, changed], (lines) => Buffer.from(lines, 'latin1'));
  const [base, head] = [text, changed].map((each) => {
    const wide =
      each === '' ? '' : `\ufeff${each.replaceAll(/[abc]/g, (letter) => letters[letter] ?? '')}`;
    return Buffer.from(wide).toString('latin1');
  });
  const encode = random.pick([
    (lines: string) => Buffer.from(lines, 'latin1'),
    (lines: string) => Buffer.from(Buffer.from(lines, 'latin1').toString(), 'utf16le'),
    (lines: string) => Buffer.from(Buffer.from(lines, 'latin1').toString(), 'utf16le').swap16(),
  ]);
  return caseOf([base ?? '', head ?? ''], encode);
}

/** In UTF-16 each has a byte that is a line feed elsewhere, or is two units. */
const letters: Record<string, string> = { a: '\u010a', b: '\u0a0a', c: '\u{1f40a}' };

function caseOf([base, head]: [string, string], encode: RandomCase['encode']): RandomCase {
  return { base: encode(base), head: encode(head), lines: { base, head }, encode };
}

/** Latin-1 characters stand for bytes. */
export function randomText(random: SeededRandom): string {
  const end = random.chance(0.15) ? '\r\n' : '\n';
  const text = Array.from({ length: lengthOf(random) }, () => random.pick(lines) + end).join('');
  return random.chance(0.3) ? text.replace(/\n$/, '') : text;
}

/** Mostly short; some are empty, some long enough for hunks that are far apart. */
function lengthOf(random: SeededRandom): number {
  if (random.chance(0.05)) return 0;
  return random.chance(0.1) ? 60 + random.below(60) : random.below(14);
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

/**
 * A patch of some hunks of a file, with all other lines as context: without any, git takes a last
 * line that has no end for the line before it when that begins in the same way.
 */
export function patchOf(
  file: Pick<FileChange, 'path'>,
  { base, head }: { base: string; head: string },
  hunks: readonly Hunk[],
): string {
  const [baseLines, headLines] = [splitLines(base), splitLines(head)];
  const parts: string[] = [];
  let next = 0;
  let after = baseLines.length;
  for (const hunk of hunks) {
    const first = hunk.baseLines === 0 ? hunk.baseStart : hunk.baseStart - 1;
    const headFirst = hunk.headLines === 0 ? hunk.headStart : hunk.headStart - 1;
    parts.push(
      marked(' ', baseLines.slice(next, first)),
      marked('-', baseLines.slice(first, first + hunk.baseLines)),
      marked('+', headLines.slice(headFirst, headFirst + hunk.headLines)),
    );
    next = first + hunk.baseLines;
    after += hunk.headLines - hunk.baseLines;
  }
  parts.push(marked(' ', baseLines.slice(next)));
  const range = (count: number) => `${count === 0 ? 0 : 1},${count}`;
  const header = `@@ -${range(baseLines.length)} +${range(after)} @@\n`;
  return `--- a/${file.path}\n+++ b/${file.path}\n${header}${parts.join('')}`;
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
