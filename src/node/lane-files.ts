/** The files of a lane as tools see them: every path through the guard, every write by rename. */
import { lstat } from 'node:fs/promises';
import type { FileEntry, Files } from '../engine/lane-ports.ts';
import { MusterError } from '../shared/muster-error.ts';
import { inFolder, makeFolders } from './anchored-folder.ts';
import { fileError, isMissing, notAFile, notFound } from './file-errors.ts';
import { compileGlob } from './glob.ts';
import { readInFolder, removeInFolder, replaceFile } from './guarded-file.ts';
import { moveFile } from './move-file.ts';
import type { GuardOptions, PathGuard, Place } from './path-guard.ts';
import { createPathGuard } from './path-guard.ts';
import { PathRefusal, show } from './path-refusal.ts';
import type { WalkedFile } from './walk-files.ts';
import { walkFiles } from './walk-files.ts';

const maxReadBytes = 10 * 1024 * 1024;

/** `root` need not exist yet; it is looked up anew for every call. Installed packages that the lane links to can be read. */
export function createLaneFiles(
  root: string,
  packages: Pick<GuardOptions, 'workspace' | 'linkedFrom'> = {},
): Files {
  const guard = createPathGuard(root, packages);
  return {
    list: (path, options, signal) => list(guard, path, options, signal),
    read: (path) => forPeople(path, () => read(guard, path)),
    exists: (path) =>
      forPeople(path, async () => (await locateOrMissing(guard, path))?.entry !== undefined),
    write: (path, content) => forPeople(path, () => write(guard, path, content)),
    remove: (path) => forPeople(path, () => remove(guard, path)),
    move: (from, to) => forPeople(from, () => moveFile(guard, from, to)),
  };
}

async function forPeople<Result>(path: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw fileError(error, path);
  }
}

async function list(
  guard: PathGuard,
  path: string,
  { glob, limit }: { glob?: string; limit: number },
  signal: AbortSignal,
): ReturnType<Files['list']> {
  signal.throwIfAborted();
  const matches = glob === undefined ? () => true : compileGlob(glob);
  const place = await forPeople(path, () => guard.locate(path));
  if (place.entry === undefined) throw notFound(path);
  if (place.entry.isFile()) {
    return { entries: [{ path: place.path, kind: 'file', bytes: place.entry.size }], more: false };
  }
  const below = place.path === '' ? 0 : place.path.length + 1;
  const entries: FileEntry[] = [];
  let tooDeep: string | undefined;
  const onTooDeep = (folder: string): void => {
    tooDeep ??= folder;
  };
  for await (const file of walkFiles(place.root, place.names, signal, onTooDeep)) {
    if (!matches(file.path) && !matches(file.path.slice(below))) continue;
    if (entries.length >= limit) return { entries, more: true };
    const entry = await toEntry(file);
    if (entry !== undefined) entries.push(entry);
  }
  return { entries, more: false, ...(tooDeep !== undefined && { tooDeep }) };
}

async function toEntry({ path, kind, name, folder }: WalkedFile): Promise<FileEntry | undefined> {
  try {
    return { path, kind, bytes: (await lstat(folder.entry(name))).size };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function read(guard: PathGuard, path: string): Promise<Uint8Array> {
  const place = await guard.locate(path, { packages: true });
  if (place.entry === undefined) throw notFound(path);
  if (place.entry.isDirectory()) throw notAFile(path);
  const name = place.names.at(-1) ?? '';
  const outcome = await inFolder(place.parent, path, (folder) =>
    readInFolder(folder, name, { given: path, maxBytes: maxReadBytes, shared: place.shared }),
  );
  switch (outcome.kind) {
    case 'bytes':
      return outcome.bytes;
    case 'folder':
      throw notAFile(path);
    case 'too-large':
      throw tooLarge(path, outcome.size);
  }
}

function tooLarge(path: string, size: number): MusterError {
  const megabytes = (size / 1024 / 1024).toFixed(1);
  return new MusterError(
    'bad-input',
    `${show(path)} is ${megabytes} MB, and files over 10 MB are not read whole. Search it for what is needed instead.`,
  );
}

async function locateOrMissing(guard: PathGuard, path: string): Promise<Place | undefined> {
  try {
    return await guard.locate(path, { packages: true });
  } catch (error) {
    if (error instanceof MusterError && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function write(guard: PathGuard, path: string, content: Uint8Array): Promise<void> {
  const place = await guard.locate(path);
  refuseRoot(place);
  if (place.entry?.isDirectory()) throw notAFile(path);
  if (place.entry === undefined) await makeFolders(place.root, place.names.slice(0, -1), path);
  await replaceFile(place, content);
}

async function remove(guard: PathGuard, path: string): Promise<void> {
  const place = await guard.locate(path, { keepLastLink: 'inside' });
  refuseRoot(place);
  if (place.entry === undefined) throw notFound(path);
  if (place.entry.isDirectory()) throw notAFile(path);
  await removeInFolder(place);
}

function refuseRoot(place: Place): void {
  if (place.names.length === 0) throw new PathRefusal(place.given, 'root');
}
