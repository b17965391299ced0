/** Every file of a folder with its bytes, to compare before and after. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** By relative path; `.git` included. */
export async function folderState(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    files[path.relative(folder, file)] = await readFile(file, 'base64');
  }
  return files;
}

export function textOf(state: Record<string, string>, file: string): string {
  return Buffer.from(state[file] ?? '', 'base64').toString('utf8');
}
