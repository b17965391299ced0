/** Which ignored folders of a workspace hold its dependencies, and their counterparts in a lane. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { findRepository, listIgnoredFolders } from '../git/person-git.ts';
import { mirrorFolder } from './mirror-folder.ts';

/** The names that `muster.lanes.link` has unless somebody says otherwise. */
export const usualDependencyFolders: readonly string[] = ['node_modules', '.venv', 'venv'];

/** Relative to the workspace, with `/`; a folder inside another dependency folder is not named. */
export async function findDependencyFolders(
  workspace: string,
  { names, emptyGitDir }: { names: readonly string[]; emptyGitDir: string },
  signal: AbortSignal,
): Promise<string[]> {
  if (names.length === 0) return [];
  const repository = await findRepository(workspace);
  const ignored = await listIgnoredFolders(repository, { folder: workspace, emptyGitDir }, signal);
  return ignored.filter((name) => names.includes(path.posix.basename(name)));
}

/** Gives the lane what the workspace has installed: private, and nothing of it writable through the lane's own files. */
export async function mirrorDependencies(
  { workspace, root }: { workspace: string; root: string },
  folders: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const folder of folders) {
    const to = path.join(root, folder);
    // The lane may not have the package any more, or its tree may have something of its own there.
    const parent = await lstat(path.dirname(to)).catch(() => undefined);
    const taken = await lstat(to).catch(() => undefined);
    if (!parent?.isDirectory() || taken !== undefined) continue;
    await mirrorFolder({ workspace, root, from: path.join(workspace, folder), to }, signal);
  }
}
