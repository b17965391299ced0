/** What apply does to the disk, one step each, so that a test can make any of them fail. */
import { constants } from 'node:fs';
import { chmod, mkdir, open, rename, rmdir, symlink, unlink } from 'node:fs/promises';

export type NewFile = {
  bytes: Uint8Array;
  /** Exact for a file that replaces another; otherwise what the umask makes of an ordinary one. */
  permissions?: number;
  executable: boolean;
  /** Whose the replaced file was. */
  owner?: { uid: number; gid: number };
};

export type ApplyOperations = {
  /** Makes a file that must not exist, durably. */
  writeNew(path: string, file: NewFile): Promise<void>;
  makeLink(target: string, path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  makeFolder(path: string, permissions?: number): Promise<void>;
  removeFolder(path: string): Promise<void>;
};

export const diskOperations: ApplyOperations = {
  writeNew,
  makeLink: (target, path) => symlink(target, path),
  rename,
  unlink,
  makeFolder: async (path, permissions) => {
    await mkdir(path);
    if (permissions !== undefined) await chmod(path, permissions);
  },
  removeFolder: rmdir,
};

async function writeNew(path: string, file: NewFile): Promise<void> {
  const flags =
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  const handle = await open(path, flags, file.executable ? 0o777 : 0o666);
  try {
    await handle.writeFile(file.bytes);
    // Only root can give a file away; everybody else keeps what they may.
    if (file.owner) await handle.chown(file.owner.uid, file.owner.gid).catch(() => {});
    if (file.permissions !== undefined) await handle.chmod(file.permissions);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
