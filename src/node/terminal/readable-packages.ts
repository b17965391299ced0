/** The installed packages of a workspace, which the lanes link to: the one part of it that commands may read. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDependencyFolder } from '../ignore-rules.ts';

const maxDepth = 3;

/** Dependency folders near the top, as they stand there: a link of the repository's making opens nothing. */
export async function readablePackages(workspace: string): Promise<string[]> {
  const found: string[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (!entry.isDirectory()) continue;
      if (isDependencyFolder(entry.name)) found.push(path);
      else if (!entry.name.startsWith('.') && depth < maxDepth) {
        await look(path, depth + 1);
      }
    }
  };
  await look(workspace, 1);
  return found;
}
