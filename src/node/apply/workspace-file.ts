/** What stands at a path of the workspace, as apply compares it: bytes, kind and the permission to execute. */
import { createHash } from 'node:crypto';
import { lstat, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnchoredFolder } from '../anchored-folder.ts';
import { inFolder } from '../anchored-folder.ts';
import { isMissing } from '../file-errors.ts';
import { readInFolder } from '../guarded-file.ts';

export type FileState =
  | { kind: 'missing' }
  | { kind: 'folder' }
  | { kind: 'link'; bytes: Uint8Array }
  | {
      kind: 'file';
      bytes: Uint8Array;
      executable: boolean;
      permissions: number;
      owner: { uid: number; gid: number };
    };

export type Target = { root: string; path: string };

export function namesOf(path: string): string[] {
  return path.split('/');
}

export function parentOf(path: string): string {
  return namesOf(path).slice(0, -1).join('/');
}

/** The folders above `path`, nearest first, without the root. */
export function foldersAbove(path: string): string[] {
  const names = namesOf(path).slice(0, -1);
  return names.map((_, index) => names.slice(0, names.length - index).join('/'));
}

/** Does `work` in the folder of the target, which must be reached without a link. */
export function inFolderOf<Result>(
  { root, path }: Target,
  work: (folder: AnchoredFolder, name: string) => Promise<Result>,
): Promise<Result> {
  const name = namesOf(path).at(-1) ?? '';
  return inFolder(join(root, parentOf(path)), path, (folder) => work(folder, name));
}

/** @throws PathRefusal for a special file, a hard link, or a link on the way */
export async function lookAt(target: Target): Promise<FileState> {
  try {
    return await inFolderOf(target, (folder, name) => lookIn(folder, name, target.path));
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing' };
    throw error;
  }
}

async function lookIn(folder: AnchoredFolder, name: string, given: string): Promise<FileState> {
  const entry = await lstat(folder.entry(name));
  if (entry.isDirectory()) return { kind: 'folder' };
  if (entry.isSymbolicLink()) {
    return { kind: 'link', bytes: await readlink(folder.entry(name), { encoding: 'buffer' }) };
  }
  const read = await readInFolder(folder, name, { given, maxBytes: Number.MAX_SAFE_INTEGER });
  if (read.kind !== 'bytes') return { kind: 'folder' };
  return {
    kind: 'file',
    bytes: read.bytes,
    executable: isExecutable(read.mode),
    permissions: read.mode & 0o777,
    owner: { uid: entry.uid, gid: entry.gid },
  };
}

/** As git sees it: by the owner's bit, and never on Windows. */
function isExecutable(mode: number): boolean {
  return process.platform !== 'win32' && (mode & 0o100) !== 0;
}

/** The permission to execute for those who may read, or for nobody; everything else as it was. */
export function withExecutable(permissions: number, executable: boolean): number {
  return executable ? permissions | ((permissions & 0o444) >> 2) : permissions & ~0o111;
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
