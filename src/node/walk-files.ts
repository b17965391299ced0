/** Walks the files below a folder in path order, without following links, through opened folders. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { sep } from 'node:path';
import type { AnchoredFolder } from './anchored-folder.ts';
import { openFolder } from './anchored-folder.ts';
import { isMissing, systemCode } from './file-errors.ts';
import { readInFolder } from './guarded-file.ts';
import type { IgnoreFile } from './ignore-rules.ts';
import { isAlwaysLeftOut, isIgnored, parseIgnoreFile } from './ignore-rules.ts';
import { PathRefusal } from './path-refusal.ts';

export type WalkedFile = {
  /** Relative to the root, with `/`. */
  path: string;
  kind: 'file' | 'symlink';
  name: string;
  /** Open until the walk goes on. */
  folder: AnchoredFolder;
};

const maxIgnoreBytes = 1024 * 1024;
const maxDepth = 100;

/**
 * Every file and link below `start` (names from the root), ignored ones left out. Folders that
 * cannot be read are passed over. A `start` that is itself ignored is walked as if nothing were.
 */
export async function* walkFiles(
  root: string,
  start: readonly string[],
  signal: AbortSignal,
  onTooDeep: (folder: string) => void = () => {},
): AsyncGenerator<WalkedFile, void, void> {
  const ignored = await ignoreFilesAbove(root, start);
  const deepest = start.length + maxDepth;
  yield* walkFolder(
    { root, names: start, ignored: ignored ?? [], all: ignored === undefined, deepest, onTooDeep },
    signal,
  );
}

type Step = {
  root: string;
  names: readonly string[];
  ignored: readonly IgnoreFile[];
  all: boolean;
  /** As many names a folder may have to be entered. */
  deepest: number;
  onTooDeep(folder: string): void;
};

async function* walkFolder(
  step: Step,
  signal: AbortSignal,
): AsyncGenerator<WalkedFile, void, void> {
  signal.throwIfAborted();
  if (step.names.length > step.deepest) {
    step.onTooDeep(step.names.join('/'));
    return;
  }
  const folder = await openIfReadable(step);
  if (folder === undefined) return;
  try {
    const entries = await readdir(folder.entry('.'), { withFileTypes: true });
    const ignored = step.all ? [] : await withIgnoreFile(step, folder, entries);
    for (const entry of inPathOrder(entries)) {
      const names = [...step.names, entry.name];
      if (isLeftOut({ ...step, names, ignored }, entry)) continue;
      if (entry.isDirectory()) yield* walkFolder({ ...step, names, ignored }, signal);
      else if (entry.isFile() || entry.isSymbolicLink()) {
        const kind = entry.isFile() ? 'file' : 'symlink';
        yield { path: names.join('/'), kind, name: entry.name, folder };
      }
    }
  } finally {
    await folder.close();
  }
}

function isLeftOut(step: Step, entry: Dirent): boolean {
  const isFolder = entry.isDirectory();
  // Inside a folder that was asked for by name only git's own stays closed.
  if (isAlwaysLeftOut(entry.name, isFolder && !step.all)) return true;
  return !step.all && isIgnored(step.ignored, step.names.join('/'), isFolder);
}

function inPathOrder(entries: Dirent[]): Dirent[] {
  const key = (entry: Dirent): string => (entry.isDirectory() ? `${entry.name}/` : entry.name);
  return entries.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
}

async function openIfReadable(
  step: Pick<Step, 'root' | 'names'>,
): Promise<AnchoredFolder | undefined> {
  const path = [step.root, ...step.names].join(sep);
  try {
    return await openFolder(path, step.names.join('/'));
  } catch (error) {
    const isGone = isMissing(error) || error instanceof PathRefusal;
    if (isGone || ['EACCES', 'EPERM', 'ENAMETOOLONG'].includes(systemCode(error) ?? '')) {
      return undefined;
    }
    throw error;
  }
}

async function withIgnoreFile(
  step: Step,
  folder: AnchoredFolder,
  entries: readonly Dirent[],
): Promise<readonly IgnoreFile[]> {
  if (!entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) return step.ignored;
  const text = await readIgnoreText(folder, step.names.join('/'));
  if (text === undefined) return step.ignored;
  return [...step.ignored, parseIgnoreFile(step.names.join('/'), text)];
}

async function readIgnoreText(folder: AnchoredFolder, given: string): Promise<string | undefined> {
  try {
    const read = await readInFolder(folder, '.gitignore', { given, maxBytes: maxIgnoreBytes });
    return read.kind === 'bytes' ? new TextDecoder().decode(read.bytes) : undefined;
  } catch (error) {
    if (isMissing(error) || error instanceof PathRefusal || systemCode(error) === 'EACCES') {
      return undefined;
    }
    throw error;
  }
}

/** The ignore files from the root to above `start`; undefined when `start` is itself left out. */
async function ignoreFilesAbove(
  root: string,
  start: readonly string[],
): Promise<readonly IgnoreFile[] | undefined> {
  let ignored: readonly IgnoreFile[] = [];
  for (const [depth, name] of start.entries()) {
    const names = start.slice(0, depth);
    const folder = await openIfReadable({ root, names });
    if (folder === undefined) return ignored;
    try {
      const text = await readIgnoreText(folder, names.join('/'));
      if (text !== undefined) ignored = [...ignored, parseIgnoreFile(names.join('/'), text)];
    } finally {
      await folder.close();
    }
    const path = start.slice(0, depth + 1).join('/');
    if (isAlwaysLeftOut(name, true) || isIgnored(ignored, path, true)) return undefined;
  }
  return ignored;
}
