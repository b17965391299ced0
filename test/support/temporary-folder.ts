/** A folder for one test, by its real path, removed after it. */
import { chmod, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach } from 'mocha';

const closing: Array<() => Promise<void>> = [];

/** For what would go on writing below a folder of the test. */
export function closeBeforeRemoval(close: () => Promise<void>): void {
  closing.push(close);
}

/** To be called in a `describe`. */
export function temporaryFolders(): () => Promise<string> {
  const made: string[] = [];
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
    for (const folder of made.splice(0)) {
      await openUp(folder);
      await rm(folder, { recursive: true, force: true });
    }
  });
  return async () => {
    const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'muster-test-')));
    made.push(folder);
    return folder;
  };
}

async function openUp(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(() => {});
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    if (entry.isDirectory()) await openUp(path.join(folder, entry.name));
  }
}
