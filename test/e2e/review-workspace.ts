/** A workspace for the tests of the review, the script that changes it, and what it is to be afterwards. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { call, finish, scriptOf } from '../support/runs/script-parts.ts';

export type Bytes = string | Buffer;

const block = (name: string, body: string) =>
  `export function ${name}(value) {\n  const result = ${body};\n  return result;\n}\n`;
const spaces = Array.from({ length: 12 }, (_, index) => `// filler ${index + 1}\n`).join('');

export const parts = {
  first: { before: block('first', 'value + 1'), after: block('first', 'value + 100') },
  second: { before: '', after: `${block('second', 'value * 2')}\n` },
  third: { before: block('third', 'value - 3'), after: block('third', 'value - 300') },
  fourth: { before: block('fourth', 'value / 4'), after: block('fourth', 'value / 400') },
} as const;
type Part = keyof typeof parts;

/** The file with four hunks, each part as it is said. */
export function manyOf(text: (part: Part) => string): string {
  return [
    ...[text('first'), '\n', spaces, '\n'],
    ...[block('stays', 'value'), '\n', text('second'), block('alsoStays', 'value'), '\n', spaces],
    ...['\n', text('third'), '\n', spaces, '\n', text('fourth')],
  ].join('');
}

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const crlf = (changed: boolean) =>
  `one\r\n${changed ? 'TWO' : 'two'}\r\nthree  \r\nfour\n${changed ? 'FIVE' : 'five'}\r\nsix`;
const lineCount = 20_000;
const large = (changed: boolean) =>
  Array.from({ length: lineCount }, (_, index) =>
    changed && index % 40 === 20 ? `line ${index} changed\n` : `line ${index}\n`,
  ).join('');
/** A picture of one red or green point. */
const picture = (color: 'red' | 'green') =>
  Buffer.from(
    color === 'red'
      ? 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
      : 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  );

/** What one command of the agent copies into place; a model writes no other encodings. */
const copied: Record<string, [before: Bytes, after: Bytes]> = {
  'crlf.txt': [crlf(false), crlf(true)],
  'utf16.txt': [utf16('old\r\ntext\r\n'), utf16('new\r\ntext\r\n')],
  'picture.png': [picture('red'), picture('green')],
};

export const comment = 'Divide by four thousand instead.';

export async function createSmall(folder: string): Promise<void> {
  await writeFiles(folder, {
    'many.js': manyOf((part) => parts[part].before),
    'gone.txt': 'going\n',
    'old-name.txt': 'this\nis\nrenamed\n',
    ...sidesOf(copied),
  });
}

export const smallScript = scriptOf([{ id: 'alter' }], {
  'work/alter': [
    ...(['first', 'third', 'fourth'] as const).flatMap((part) =>
      call('edit_file', {
        path: 'many.js',
        old_str: parts[part].before,
        new_str: parts[part].after,
      }),
    ),
    ...call('edit_file', {
      path: 'many.js',
      old_str: block('alsoStays', 'value'),
      new_str: `${parts.second.after}${block('alsoStays', 'value')}`,
    }),
    ...call('delete_file', { path: 'gone.txt' }),
    ...call('run_command', { command: 'cp -r next/. . && mv old-name.txt new-name.txt' }),
    ...finish,
    ...call('edit_file', { path: 'many.js', old_str: 'value / 400', new_str: 'value / 4000' }),
    ...finish,
  ],
});

/** One large file with 500 hunks, or many files with one each. */
export async function createLarge(folder: string, files: number): Promise<void> {
  const many: typeof copied = { 'large.txt': [large(false), large(true)] };
  for (let number = 1; number <= files; number += 1) {
    const name = `many/file-${String(number).padStart(3, '0')}.txt`;
    many[name] = [`a\nb\nfile ${number}\nc\nd\n`, `a\nb\nfile ${number}, changed\nc\nd\n`];
  }
  await writeFiles(folder, sidesOf(many));
}

export const largeScript = scriptOf([{ id: 'alter' }], {
  'work/alter': [...call('run_command', { command: 'cp -r next/. .' }), ...finish],
});

/** What is to come stands in the folder `next`, from which the agent copies it. */
export function sidesOf(
  files: Record<string, [before: Bytes, after: Bytes]>,
): Record<string, Bytes> {
  const all = Object.entries(files).flatMap(([name, [before, after]]) => [
    [name, before] as const,
    [`next/${name}`, after] as const,
  ]);
  return Object.fromEntries(all);
}

export async function writeFiles(folder: string, files: Record<string, Bytes>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
}
