/** Removes from a working copy whatever does not belong in it, without following a link or git's opinion. */
import { chmod, lstat, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** Keeps the files of `wanted` (paths with `/`) where they stand as files or links, and nothing else. */
export async function cleanLane(
  root: string,
  wanted: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  const files = new Set(wanted);
  await cleanFolder({ root, files, folders: foldersOf(files), signal }, '');
}

type Wanted = {
  root: string;
  files: ReadonlySet<string>;
  folders: ReadonlySet<string>;
  signal: AbortSignal;
};

async function cleanFolder(wanted: Wanted, folder: string): Promise<void> {
  wanted.signal.throwIfAborted();
  const full = path.join(wanted.root, folder);
  for (const entry of await readOwnFolder(full)) {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory() && wanted.folders.has(name)) await cleanFolder(wanted, name);
    else if (entry.isDirectory() || !wanted.files.has(name)) {
      await removeTree(path.join(wanted.root, name));
    }
  }
}

function foldersOf(files: Iterable<string>): Set<string> {
  const folders = new Set<string>();
  for (const file of files) {
    let end = file.lastIndexOf('/');
    while (end > 0) {
      const folder = file.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
      end = file.lastIndexOf('/', end - 1);
    }
  }
  return folders;
}

/** A command may have taken the rights to a folder away from itself, and from Muster. */
async function readOwnFolder(folder: string) {
  const read = () => readdir(folder, { withFileTypes: true });
  return read().catch(async (error: unknown) => {
    if (!lacksRights(error)) throw error;
    await chmod(folder, 0o700);
    return read();
  });
}

export async function removeTree(target: string): Promise<void> {
  const remove = () => rm(target, { recursive: true, force: true, maxRetries: 3 });
  await remove().catch(async (error: unknown) => {
    if (!lacksRights(error)) throw error;
    await chmod(path.dirname(target), 0o700);
    await openFolders(target);
    await remove();
  });
}

async function openFolders(target: string): Promise<void> {
  const stat = await lstat(target).catch(() => undefined);
  if (stat === undefined || !stat.isDirectory()) return;
  await chmod(target, 0o700);
  for (const entry of await readdir(target, { withFileTypes: true })) {
    if (entry.isDirectory()) await openFolders(path.join(target, entry.name));
  }
}

function lacksRights(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EPERM')
  );
}
