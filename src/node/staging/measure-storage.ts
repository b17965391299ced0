/** How much of the disk the state of a workspace takes, part by part. */
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

export type StorageUse = {
  /** Staged states of all runs. */
  objects: number;
  /** Working copies, those that wait among them. */
  lanes: number;
  /** The database, what applies replaced, indexes and drafts. */
  rest: number;
  total: number;
};

export const defaultCapBytes: number = 5 * 1024 ** 3;

export async function measureStorage(folder: string, signal: AbortSignal): Promise<StorageUse> {
  const objects = await bytesBelow(path.join(folder, 'shadow.git'), signal);
  const lanes = await bytesBelow(path.join(folder, 'lanes'), signal);
  const total = await bytesBelow(folder, signal);
  return { objects, lanes, rest: Math.max(0, total - objects - lanes), total };
}

/** As the disk counts; links are not followed, and what vanishes meanwhile counts as nothing. */
async function bytesBelow(folder: string, signal: AbortSignal): Promise<number> {
  signal.throwIfAborted();
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += await bytesBelow(full, signal);
    const stat = await lstat(full).catch(() => undefined);
    // Windows counts no blocks.
    if (stat !== undefined) bytes += stat.blocks ? stat.blocks * 512 : stat.size;
  }
  return bytes;
}
