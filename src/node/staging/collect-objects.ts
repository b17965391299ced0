/** Drops objects of the shadow repository that no run needs: what is needed goes into one pack, what is old and elsewhere goes. */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { ShadowGit } from '../git/shadow-git.ts';
import { rootsIn } from './run-roots.ts';

/** What another process writes at this moment no list of roots names yet; git renews the time of what it reuses. */
const graceMs = 60 * 60 * 1000;

export type CollectRequest = {
  shadow: ShadowGit;
  /** Folders of the runs that are kept, and that of the last snapshot. */
  kept: readonly string[];
  now: Date;
};

/** @returns false, with nothing removed, where something that is needed could not be found */
export async function collectObjects(
  { shadow, kept, now }: CollectRequest,
  signal: AbortSignal,
): Promise<boolean> {
  for (const folder of kept) if (await isThere(path.join(folder, 'borrowed'))) return false;
  const roots = (await Promise.all(kept.map(rootsOf))).flat();
  const pack = path.join(shadow.gitDir, 'objects', 'pack', 'pack');
  const { code, stdout } = await shadow.bytes(
    ['pack-objects', '-q', '--revs', '--threads=1', '--delta-base-offset', pack],
    { input: Buffer.from(roots.map((root) => `${root}\n`).join('')), okCodes: [0, 128], signal },
  );
  if (code !== 0) return false;
  const name = `pack-${stdout.toString('latin1').trim()}`;
  const before = now.getTime() - graceMs;
  const objects = path.join(shadow.gitDir, 'objects');
  for (const folder of await readdir(objects)) {
    signal.throwIfAborted();
    const isPacks = folder === 'pack';
    if (!isPacks && !/^[0-9a-f]{2}$/.test(folder)) continue;
    for (const file of await readdir(path.join(objects, folder))) {
      if (isPacks && file.startsWith(`${name}.`)) continue;
      await removeOlder(path.join(objects, folder, file), before);
    }
  }
  return true;
}

const Last = z.object({ commit: z.string() });

async function rootsOf(folder: string): Promise<string[]> {
  const text = await readFile(path.join(folder, 'record.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return rootsIn(path.join(folder, 'roots'));
  try {
    return [Last.parse(JSON.parse(text)).commit];
  } catch {
    return [];
  }
}

async function removeOlder(file: string, before: number): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() && found.mtimeMs < before) await rm(file, { force: true });
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
