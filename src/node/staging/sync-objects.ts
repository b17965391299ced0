/** Has the disk keep what a snapshot wrote without waiting for it: objects, and where history ends. */
import { open, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { inBatches } from './in-batches.ts';

/** The system itself has written down by now whatever is older. */
const recentMs = 10 * 60 * 1000;

export async function syncObjects(gitDir: string, signal: AbortSignal): Promise<void> {
  // There a file that is read-only, as objects are, cannot be synced from outside.
  if (process.platform === 'win32') return;
  const objects = path.join(gitDir, 'objects');
  const after = Date.now() - recentMs;
  await sync(path.join(gitDir, 'shallow'));
  const folders = await readdir(objects);
  await inBatches(folders, (name) => syncFolder(path.join(objects, name), after), signal);
}

async function syncFolder(folder: string, after: number): Promise<void> {
  const isRecent = (file: string) =>
    stat(file).then(
      ({ mtimeMs }) => mtimeMs > after,
      () => false,
    );
  if (!(await isRecent(folder))) return;
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    if (await isRecent(file)) await sync(file);
  }

  await sync(folder);
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r').catch(() => undefined);
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}
