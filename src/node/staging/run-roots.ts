/** The objects of a run that its log names: what collecting old objects must keep. */
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Places } from './places.ts';

/** One short line for each, appended at once, so that lines of two processes never mix. */
export async function keepRoots(places: Places, objects: readonly string[]): Promise<void> {
  await mkdir(path.dirname(places.roots), { recursive: true, mode: 0o700 });
  await appendFile(places.roots, objects.map((object) => `${object}\n`).join(''), { mode: 0o600 });
}

export async function rootsIn(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  // A crash may have cut the last line.
  return [...new Set(text.split('\n').filter((line) => /^[0-9a-f]{40}$/.test(line)))];
}
