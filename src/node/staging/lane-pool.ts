/** Working copies that no lane uses wait here for the next one, of any run: it costs only what differs. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { type LaneCopy, removeLaneCopy } from './lane-copy.ts';
import type { Places } from './places.ts';

/** Three tasks at once, a look around and a final check. */
const kept = 5;

/** Gives the lane a waiting working copy, if there is one; whoever renames it first has it. */
export async function takeFromPool(copy: LaneCopy, places: Places): Promise<void> {
  if (await isThere(copy.root)) return;
  const waiting = await readdir(places.pool.lanes).catch(() => []);
  if (waiting.length === 0) return;
  await mkdir(path.dirname(copy.root), { recursive: true, mode: 0o700 });
  await mkdir(path.dirname(copy.index), { recursive: true, mode: 0o700 });
  for (const name of waiting) {
    const taken = await moved(path.join(places.pool.lanes, name), copy.root);
    if (!taken) continue;
    // Without its index the copy is cleaned out and filled anew.
    await rm(copy.index, { force: true });
    await moved(path.join(places.pool.indexes, name), copy.index);
    return;
  }
}

/** Puts the lane's working copy aside, or removes it where enough are waiting. */
export async function giveToPool(copy: LaneCopy, places: Places): Promise<void> {
  const stat = await lstat(copy.root).catch(() => undefined);
  if (stat === undefined || !stat.isDirectory()) return removeLaneCopy(copy);
  await mkdir(places.pool.lanes, { recursive: true, mode: 0o700 });
  await mkdir(places.pool.indexes, { recursive: true, mode: 0o700 });
  if ((await readdir(places.pool.lanes)).length >= kept) return removeLaneCopy(copy);
  const name = randomUUID();
  // The index first: a working copy that waits has the index that belongs to it.
  await moved(copy.index, path.join(places.pool.indexes, name));
  await moved(copy.root, path.join(places.pool.lanes, name));
  await removeLaneCopy(copy);
}

function moved(from: string, to: string): Promise<boolean> {
  return rename(from, to).then(
    () => true,
    () => false,
  );
}

function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
