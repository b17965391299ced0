/** `npm run bench:review`: what a review and an apply cost; the figures go into a JSON file. */
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { largeFile, manyFiles } from './changed-files.ts';
import { measureApply } from './measure-apply.ts';
import { measureHunks } from './measure-hunks.ts';

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, json: { type: 'string' } },
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a number from 1');

const large = largeFile(20_000, 500);
const many = manyFiles(300);
const hunks = [
  await measureHunks('a file of 20,000 lines', large, rounds),
  await measureHunks('300 files', many, rounds),
];
say('(a) hunks');
for (const { what, files, hunks: count, ms, gitMs, overGit, composeMs } of hunks) {
  say(
    `  ${what}: ${files} files, ${count} hunks in ${whole(ms)} ms (${overGit.toFixed(2)} × one plain git diff of ${whole(gitMs)} ms); the bytes of every other hunk in ${whole(composeMs)} ms`,
  );
}
const applied = await measureApply(many, rounds);
say('(b) apply, durable when it returns');
for (const { what, files, ms, overPlain } of applied) {
  say(`  ${what}: ${files} files in ${whole(ms)} ms, ${overPlain.toFixed(2)} × plain`);
}
const file = path.resolve(
  values.json ?? path.join(import.meta.dirname, '..', '.results', 'review.json'),
);
const machine = { node: process.version, processors: os.cpus().length, load: os.loadavg()[0] };
await mkdir(path.dirname(file), { recursive: true });
await writeFile(file, `${JSON.stringify({ machine, rounds, hunks, applied }, undefined, 2)}\n`);
say(`Figures: ${path.relative(process.cwd(), file)}`);

function whole(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
