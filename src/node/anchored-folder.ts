/** A folder held open, so that a path exchanged between check and use cannot lead elsewhere. */
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, mkdir, open, readlink, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { systemCode } from './file-errors.ts';
import { PathRefusal } from './path-refusal.ts';

export type AnchoredFolder = {
  /** The path to use for an entry: on Linux it goes through the open folder, whatever its path leads to now. */
  entry(name: string): string;
  /** @throws PathRefusal `changed-meanwhile` unless the folder still stands where it was opened */
  confirm(): Promise<void>;
  close(): Promise<void>;
};

const noFollow = constants.O_NOFOLLOW ?? 0;

/**
 * Opens the folder at `path`, which must be its real path: no component may be a link.
 * @throws PathRefusal `changed-meanwhile` when it is not; system errors as they come
 */
export async function openFolder(path: string, given: string): Promise<AnchoredFolder> {
  if (process.platform !== 'linux') return openByPath(path, given);
  const handle = await openDirectory(path, given);
  const anchor = `/proc/self/fd/${handle.fd}`;
  const confirm = async (): Promise<void> => {
    if ((await readlink(anchor)) !== path) throw new PathRefusal(given, 'changed-meanwhile');
  };
  try {
    await confirm();
  } catch (error) {
    await handle.close();
    // Without /proc there is no way through the handle; the path is then checked before and after.
    if (systemCode(error) === 'ENOENT') return openByPath(path, given);
    throw error;
  }
  return { entry: (name) => `${anchor}/${name}`, confirm, close: () => handle.close() };
}

/** Does `work` in the folder at `path` and closes it again. */
export async function inFolder<Result>(
  path: string,
  given: string,
  work: (folder: AnchoredFolder) => Promise<Result>,
): Promise<Result> {
  const folder = await openFolder(path, given);
  try {
    return await work(folder);
  } finally {
    await folder.close();
  }
}

async function openDirectory(path: string, given: string): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_DIRECTORY | noFollow);
  } catch (error) {
    if (!(await isLink(path))) throw error;
    throw new PathRefusal(given, 'changed-meanwhile', { cause: error });
  }
}

function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (entry) => entry.isSymbolicLink(),
    () => false,
  );
}

async function openByPath(path: string, given: string): Promise<AnchoredFolder> {
  const first = await lstat(path);
  const confirm = async (): Promise<void> => {
    const [real, now] = [await realpath(path), await lstat(path)];
    const isSame = now.isDirectory() && now.dev === first.dev && now.ino === first.ino;
    if (!isSame || spelling(real) !== spelling(path)) {
      throw new PathRefusal(given, 'changed-meanwhile');
    }
  };
  await confirm();
  return { entry: (name) => join(path, name), confirm, close: async () => {} };
}

// Windows and macOS give the real path in the case and composition that is on the disk.
function spelling(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** Makes the folders of `names` below `root` that are missing, each inside its opened parent; returns those it made. */
export async function makeFolders(
  root: string,
  names: readonly string[],
  given: string,
): Promise<string[]> {
  const made: string[] = [];
  let path = root;
  for (const name of names) {
    try {
      await inFolder(path, given, (parent) => mkdir(parent.entry(name)));
      made.push(`${path}${sep}${name}`);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    path = `${path}${sep}${name}`;
  }
  return made;
}
