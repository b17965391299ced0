/** What stands in the way of one change, as the disk tells it. */
import { constants } from 'node:fs';
import { access, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileWrite } from '../../engine/apply-port.ts';
import { isMusterError } from '../../shared/muster-error.ts';
import { isMissing, systemCode } from '../file-errors.ts';
import { PathRefusal } from '../path-refusal.ts';
import type { FileState } from './workspace-file.ts';
import { foldersAbove, parentOf } from './workspace-file.ts';

export function problemOf(error: unknown): string {
  if (error instanceof PathRefusal) return `${error.reason}. Reject it to go on.`;
  if (isMusterError(error)) return error.userMessage;
  switch (systemCode(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'the system does not permit it to be read. Check its permissions, then apply again.';
    case 'ENAMETOOLONG':
      return 'its name is longer than this disk allows. Reject it to go on.';
    default:
      throw error;
  }
}

export const unsavedProblem =
  'it has unsaved changes in an editor. Save or undo them, then apply again.';

export function folderProblem({ before }: FileWrite): string {
  const what =
    before === undefined
      ? 'a folder stands in its place'
      : 'it became a folder since the run began';
  return `${what}. Your version is untouched. Reject this file, or move the folder away, then apply again.`;
}

export async function isFolder(real: string): Promise<boolean> {
  const entry = await lstat(real).catch(() => undefined);
  return entry?.isDirectory() ?? false;
}

/** True when all that is in the folder goes away in the same apply. */
export async function onlyDeletedIn(
  root: string,
  path: string,
  deleted: ReadonlySet<string>,
): Promise<boolean> {
  for (const entry of await readdir(join(root, path), { withFileTypes: true })) {
    const inner = `${path}/${entry.name}`;
    if (deleted.has(inner)) continue;
    const isFolderOfDeleted = [...deleted].some((each) => each.startsWith(`${inner}/`));
    if (!entry.isDirectory() || !isFolderOfDeleted) return false;
    if (!(await onlyDeletedIn(root, inner, deleted))) return false;
  }
  return true;
}

export async function permissionProblem(
  { path }: FileWrite,
  state: FileState,
  root: string,
): Promise<string | undefined> {
  if (state.kind === 'file' && (state.permissions & 0o200) === 0) {
    return 'it is read-only. Make it writable, then apply again.';
  }
  for (const folder of [parentOf(path), ...foldersAbove(parentOf(path)), '']) {
    const real = join(root, folder);
    try {
      if (!(await lstat(real)).isDirectory()) continue;
      await access(real, constants.W_OK);
      return undefined;
    } catch (error) {
      if (isMissing(error)) continue;
      return 'its folder cannot be written in. Check the permissions, then apply again.';
    }
  }
  return undefined;
}
