/** How many bytes of files a folder holds. */
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

export async function bytesBelow(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    bytes += entry.isDirectory() ? await bytesBelow(full) : (await lstat(full)).size;
  }
  return bytes;
}
