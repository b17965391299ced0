/** Makes a tree like another but for some files, without a working copy. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { FileSide } from '../../engine/apply-port.ts';
import type { ShadowGit } from '../git/shadow-git.ts';
import type { Places } from './places.ts';
import { removalOf } from './tree-entries.ts';

export type ReplacedFile = { path: string; side?: FileSide };

export async function replaceFiles(
  { shadow, places }: { shadow: ShadowGit; places: Places },
  { at, files }: { at: string; files: readonly ReplacedFile[] },
  signal: AbortSignal,
): Promise<string> {
  const draft = path.join(places.scratch, `replaced-${randomUUID()}`);
  const index = path.join(draft, 'index');
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    const objects = await storeObjects(shadow, { draft, files }, signal);
    await shadow.bytes(['read-tree', at], { index, signal });
    const records = files.map(({ path: name, side }, position) =>
      side ? `${side.mode} ${objects[position]}\t${name}\0` : `${removalOf(name)}\0`,
    );
    // What goes may stand where a folder of what comes has to be.
    const input = Buffer.from(records.toSorted(removalsFirst).join(''));
    await shadow.bytes(['update-index', '-z', '--index-info'], { index, input, signal });
    return await shadow.words(['write-tree'], { index, signal });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

function removalsFirst(left: string, right: string): number {
  return Number(right.startsWith('0 ')) - Number(left.startsWith('0 '));
}

/** By the position of the file; through files, so that many are one command. */
async function storeObjects(
  shadow: ShadowGit,
  { draft, files }: { draft: string; files: readonly ReplacedFile[] },
  signal: AbortSignal,
): Promise<Array<string | undefined>> {
  const names: string[] = [];
  for (const [position, { side }] of files.entries()) {
    if (side === undefined) continue;
    signal.throwIfAborted();
    const file = path.join(draft, String(position));
    await writeFile(file, side.bytes, { mode: 0o600 });
    names.push(`${file}\n`);
  }
  if (names.length === 0) return [];
  const { stdout } = await shadow.bytes(['hash-object', '-w', '--no-filters', '--stdin-paths'], {
    input: Buffer.from(names.join('')),
    signal,
  });
  const stored = stdout.toString('latin1').split('\n');
  let next = 0;
  return files.map(({ side }) => (side ? stored[next++] : undefined));
}
