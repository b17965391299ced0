/** Checks every file of an apply before the first is touched; each refusal says why and what to do. */
import { constants } from 'node:fs';
import { access, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileWrite, Refusal } from '../../engine/ports.ts';
import { isMusterError } from '../../shared/muster-error.ts';
import { protectionOf, protectionWords } from '../../shared/protected-files.ts';
import { isMissing, systemCode } from '../file-errors.ts';
import type { PathGuard } from '../path-guard.ts';
import { PathRefusal } from '../path-refusal.ts';
import { brokenNameRule } from '../path-rules.ts';
import { linkProblem } from './link-problem.ts';
import type { FileState } from './workspace-file.ts';
import { foldersAbove, lookAt, namesOf, parentOf } from './workspace-file.ts';

export type CheckedWrite = { write: FileWrite; state: FileState };

export type Checks = {
  /** The workspace's real path. */
  root: string;
  guard: PathGuard;
  /** True while an editor holds unsaved changes of the file. */
  isBeingEdited(path: string): boolean | Promise<boolean>;
};

const knownModes: ReadonlySet<string | undefined> = new Set([
  undefined,
  '100644',
  '100755',
  '120000',
]);

export async function checkWrites(
  writes: readonly FileWrite[],
  checks: Checks,
  signal: AbortSignal,
): Promise<{ checked: CheckedWrite[]; refused: Refusal[] }> {
  const deleted = new Set(
    writes.filter((each) => each.after === undefined).map(({ path }) => path),
  );
  const written = new Set(
    writes.filter((each) => each.after !== undefined).map(({ path }) => path),
  );
  const checked: CheckedWrite[] = [];
  const refused: Refusal[] = [];
  const seen = new Set<string>();
  for (const write of writes) {
    signal.throwIfAborted();
    const isBelowAnother =
      write.after !== undefined && foldersAbove(write.path).some((each) => written.has(each));
    const clash = seen.has(write.path) || isBelowAnother;
    seen.add(write.path);
    const outcome = clash
      ? 'another change in this set uses the same path. Nothing was applied; ask for changes so that the two agree.'
      : await checkOne(write, deleted, checks);
    if (typeof outcome === 'string') refused.push({ path: write.path, reason: outcome });
    // Nothing is left to do: a run resumed after its apply, or the person made the same change.
    else if (!isInPlace(write, outcome)) checked.push({ write, state: outcome });
  }
  return { checked, refused };
}

async function checkOne(
  write: FileWrite,
  deleted: ReadonlySet<string>,
  checks: Checks,
): Promise<FileState | string> {
  if (!knownModes.has(write.beforeMode) || !knownModes.has(write.afterMode)) {
    return 'it is not a file or a symbolic link (a nested repository perhaps), and only those are applied. Reject it to go on.';
  }
  try {
    const protection = write.confirmed ? undefined : protectionOf(write);
    if (protection !== undefined) return unconfirmed(protectionWords[protection]);
    if (await checks.isBeingEdited(write.path)) {
      return 'it has unsaved changes in an editor. Save or undo them, then apply again.';
    }
    const state = await locate(write, deleted, checks);
    if (isInPlace(write, state)) return state;
    return (
      (await changeProblem(write, state, deleted, checks.root)) ??
      (await permissionProblem(write, state, checks.root)) ??
      (await linkProblem(write, checks)) ??
      state
    );
  } catch (error) {
    return problemOf(error);
  }
}

function unconfirmed(why: string): string {
  return `it is protected, because ${why}, and has no yes of its own. Look at its diff and accept it by itself, or reject it.`;
}

function isInPlace({ after, afterMode }: FileWrite, state: FileState): boolean {
  switch (state.kind) {
    case 'missing':
      return after === undefined;
    case 'folder':
      return false;
    case 'link':
      return (
        after !== undefined && afterMode === '120000' && Buffer.compare(state.bytes, after) === 0
      );
    case 'file': {
      if (after === undefined || afterMode === '120000') return false;
      const sameMode =
        afterMode === undefined ||
        process.platform === 'win32' ||
        state.executable === (afterMode === '100755');
      return sameMode && Buffer.compare(state.bytes, after) === 0;
    }
  }
}

function problemOf(error: unknown): string {
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

async function locate(
  write: FileWrite,
  deleted: ReadonlySet<string>,
  { guard, root }: Checks,
): Promise<FileState> {
  const { path } = write;
  const existing = write.before !== undefined;
  // Where a file gives way to a folder of its name there is nothing to walk through yet.
  if (foldersAbove(path).some((each) => deleted.has(each))) {
    for (const name of namesOf(path)) {
      const rule = brokenNameRule(name, { platform: process.platform, existing });
      if (rule !== undefined || name === '..') throw new PathRefusal(path, rule ?? 'outside');
    }
    return { kind: 'missing' };
  }
  const place = await guard.locate(path, { noLinks: true, keepLastLink: 'any', existing });
  if (place.names.length === 0) throw new PathRefusal(path, 'root');
  // Another spelling of a path could slip past what was decided for it.
  if (place.path !== path) throw new PathRefusal(path, 'outside');
  return lookAt({ root, path });
}

async function changeProblem(
  { path, before, beforeMode, after }: FileWrite,
  state: FileState,
  deleted: ReadonlySet<string>,
  root: string,
): Promise<string | undefined> {
  const again =
    'Your version is untouched. Reject this file, or start again from what is there now.';
  if (before === undefined) {
    if (state.kind === 'missing') return undefined;
    if (state.kind !== 'folder')
      return `a file of this name was made since the run began. ${again}`;
    const inTheWay = after && (await onlyDeletedIn(root, path, deleted));
    return inTheWay ? undefined : `a folder stands in its place. ${again}`;
  }
  if (state.kind === 'missing') return `it was deleted since the run began. ${again}`;
  if (state.kind === 'folder') return `it became a folder since the run began. ${again}`;
  const kind = beforeMode === '120000' ? 'link' : 'file';
  if (state.kind !== kind) {
    return `it became a ${state.kind === 'link' ? 'symbolic link' : 'file'} since the run began. ${again}`;
  }
  if (Buffer.compare(state.bytes, before) !== 0)
    return `it has changed since the run began. ${again}`;
  const isOther = state.kind === 'file' && state.executable !== (beforeMode === '100755');
  if (isOther && beforeMode !== undefined && process.platform !== 'win32') {
    return `whether it may be executed has changed since the run began. ${again}`;
  }
  return undefined;
}

/** True when all that is in the folder goes away in the same apply. */
async function onlyDeletedIn(
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

async function permissionProblem(
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
