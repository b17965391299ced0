/** How many bytes of files a folder holds, and how many some work wrote there. */
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

export async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const { size } of (await filesBelow(folder)).values()) bytes += size;
  return bytes;
}

/** Of the files that are there afterwards, those that are new or were written. */
export async function bytesWritten(folder: string, work: () => Promise<unknown>): Promise<number> {
  const before = await filesBelow(folder);
  await work();
  let bytes = 0;
  for (const [file, { size, version }] of await filesBelow(folder)) {
    if (before.get(file)?.version !== version) bytes += size;
  }
  return bytes;
}

type Found = { size: number; version: string };

async function filesBelow(folder: string, found = new Map<string, Found>()) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) await filesBelow(full, found);
    else {
      const { size, ino, mtimeMs } = await lstat(full);
      found.set(full, { size, version: `${ino} ${mtimeMs} ${size}` });
    }
  }
  return found;
}
