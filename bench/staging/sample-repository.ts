/** A repository of many small files with some history, the same for the same seed. */
import { execFile } from 'node:child_process';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type SeededRandom, seededRandom } from '../engine/seeded-random.ts';

export type SampleRepository = { folder: string; names: readonly string[] };

const filesInFolder = 20;
/** Random bytes that change in each commit: history that must not be copied. */
const heavyBytes = 1024 * 1024;
const commits = 5;

export async function sampleRepository(
  folder: string,
  { files, seed }: { files: number; seed: number },
): Promise<SampleRepository> {
  const random = seededRandom(seed);
  const names = Array.from({ length: files }, (_, position) => nameOf(position));
  for (const below of new Set(names.map((name) => path.dirname(name)))) {
    await mkdir(path.join(folder, below), { recursive: true });
  }
  for (let start = 0; start < names.length; start += 100) {
    const some = names.slice(start, start + 100);
    await Promise.all(some.map((name) => writeFile(path.join(folder, name), textOf(random))));
  }
  await git(folder, ['init', '-q', '-b', 'main']);
  for (let commit = 0; commit < commits; commit += 1) {
    const bytes = Buffer.from(Array.from({ length: heavyBytes }, () => random.integer(0, 255)));
    await writeFile(path.join(folder, 'heavy.bin'), bytes);
    await git(folder, ['add', '--all']);
    await git(folder, ['commit', '-q', '-m', `commit ${commit}`]);
  }
  await git(folder, ['gc', '-q']);
  // Files as old as the index would be read by everybody, again and again.
  await delay(1100);
  await git(folder, ['update-index', '-q', '--really-refresh']);
  await git(folder, ['status']);
  return { folder, names };
}

/** Changes some files a little, as a person who goes on working. */
export async function editSome(
  { folder, names }: SampleRepository,
  { count, round }: { count: number; round: number },
): Promise<void> {
  const step = Math.floor(names.length / count);
  for (let each = 0; each < count; each += 1) {
    const name = names[(each * step + round) % names.length] ?? '';
    await appendFile(path.join(folder, name), `edited in round ${round}\n`);
  }
}

/** @param index an index file other than the repository's */
export async function git(folder: string, args: readonly string[], index?: string): Promise<void> {
  const settings = ['user.name=Bench', 'user.email=bench@localhost', 'gc.auto=0'];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  await promisify(execFile)('git', [...flags, ...args], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      GIT_CONFIG_NOSYSTEM: '1',
      ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    },
    maxBuffer: 64 * 1024 * 1024,
  });
}

function nameOf(position: number): string {
  const folder = Math.floor(position / filesInFolder);
  return `packages/p${Math.floor(folder / 50)}/src/m${folder % 50}/file-${position}.ts`;
}

function textOf(random: SeededRandom): string {
  const lines = random.integer(5, 80);
  let text = '';
  for (let line = 0; line < lines; line += 1) {
    text += `export const value${line} = ${random.integer(0, 1_000_000_000)};\n`;
  }
  return text;
}
