/** A lane's working copy: made to hold exactly a tree, and recorded as the tree that it holds. */
import { randomUUID } from 'node:crypto';
import { access, constants, copyFile, lstat, mkdir, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type { LaneId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { joinNames, splitBytes, splitNames } from '../git/null-separated.ts';
import { readIndex } from '../git/read-index.ts';
import type { ShadowGit } from '../git/shadow-git.ts';
import { cleanLane, removeTree } from './clean-lane.ts';
import { inBatches } from './in-batches.ts';
import { laneIndex, laneRoot, type Places } from './places.ts';
import { parseRawChanges, removalOf } from './tree-entries.ts';

/** The index holds the base's files and all that was recorded since; it also remembers what was read when. */
export type LaneCopy = {
  shadow: ShadowGit;
  root: string;
  index: string;
  excludes: string;
  /** Folders that staging itself put there: never recorded, whatever the lane's rules say. */
  mirrored: readonly string[];
};

/** More than a few wait for the disk and not for each other. */
const checkoutWorkers = Math.min(4, availableParallelism());

/** Up to so many new blobs a pack of their own does not pay. */
const fewFiles = 32;

export function laneCopy(
  shadow: ShadowGit,
  places: Places,
  { lane, mirrored }: { lane: LaneId; mirrored: readonly string[] },
): LaneCopy {
  const root = laneRoot(places, lane);
  return { shadow, root, index: laneIndex(places, lane), excludes: places.excludes, mirrored };
}

export async function openLaneCopy(
  copy: LaneCopy,
  at: { base: string; tree: string },
  signal: AbortSignal,
): Promise<void> {
  await mkdir(copy.root, { recursive: true, mode: 0o700 });
  await mkdir(path.dirname(copy.index), { recursive: true, mode: 0o700 });
  await requireOwnFolder(copy.root);
  await dropStaleLock(copy);
  // What the index does not know goes here; what it knows, git brings to what the tree says.
  await cleanLane(copy.root, await namesIn(copy.index), signal);
  try {
    await checkOut(copy, at.tree, signal);
  } catch (error) {
    signal.throwIfAborted();
    // An index that a crash left half-written is worth nothing; the objects are whole.
    await rm(copy.index, { force: true });
    await dropStaleLock(copy);
    await cleanLane(copy.root, [], signal);
    await checkOut(copy, at.tree, signal).catch(() => {
      throw error;
    });
  }
  if (at.tree !== at.base) await rememberBase(copy, at, signal);
}

async function namesIn(index: string): Promise<string[]> {
  return (await readIndex(index))?.entries.map((entry) => entry.path) ?? [];
}

/** The tree of all files that the lane's ignore rules let through, and of the base's files in any case. */
export async function recordLaneCopy(copy: LaneCopy, signal: AbortSignal): Promise<string> {
  await requireOwnFolder(copy.root);
  await dropStaleLock(copy);
  const [tracked, untracked] = await Promise.all([
    changedFiles(copy, signal),
    untrackedFiles(copy, '', copy.index, signal),
  ]);
  const looks = await inBatches(
    [...new Set([...tracked, ...untracked])],
    async (name) => ({ name, kind: await lookAt(copy.root, name) }),
    signal,
  );
  const added = looks.filter((look) => look.kind === 'readable').map((look) => look.name);
  if (added.length > 0) {
    await copy.shadow.bytes(['update-index', '--add', '--remove', '--replace', '-z', '--stdin'], {
      workTree: copy.root,
      index: copy.index,
      blobs: added.length > fewFiles ? 'packed' : 'loose',
      input: joinNames(added),
      signal,
    });
  }
  const gone = new Set(looks.filter((look) => look.kind === 'absent').map((look) => look.name));
  return writeTreeWithout(
    copy,
    tracked.filter((name) => gone.has(name)),
    signal,
  );
}

export async function removeLaneCopy(copy: LaneCopy): Promise<void> {
  await removeTree(copy.root);
  await rm(copy.index, { force: true });
  await dropStaleLock(copy);
}

async function checkOut(copy: LaneCopy, tree: string, signal: AbortSignal): Promise<void> {
  await copy.shadow.bytes(['read-tree', '--reset', '-u', tree], {
    workTree: copy.root,
    index: copy.index,
    workers: checkoutWorkers,
    signal,
  });
}

/** Files of the base that the tree lacks stay in the index, so that they count again if they come back. */
async function rememberBase(
  copy: LaneCopy,
  at: { base: string; tree: string },
  signal: AbortSignal,
): Promise<void> {
  const { stdout } = await copy.shadow.bytes(
    ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--diff-filter=D', at.base, at.tree],
    { signal },
  );
  const deleted = parseRawChanges(splitBytes(stdout));
  if (deleted.length === 0) return;
  const names = new Set(await namesIn(copy.index));
  const lacking = deleted.filter((change) => !standsInTheWay(change.path, names));
  if (lacking.length === 0) return;
  const records = lacking.map(
    ({ baseMode, baseObject, path: name }) => `${baseMode} ${baseObject}\t${name}`,
  );
  const input = joinNames(records);
  await copy.shadow.bytes(['update-index', '-z', '--index-info'], {
    index: copy.index,
    input,
    signal,
  });
}

/** A file cannot stand in an index beside files in a folder of its name. */
function standsInTheWay(name: string, names: ReadonlySet<string>): boolean {
  const parts = name.split('/');
  const ancestors = parts.slice(1).map((_, depth) => parts.slice(0, depth + 1).join('/'));
  if (ancestors.some((ancestor) => names.has(ancestor))) return true;
  for (const other of names) if (other.startsWith(`${name}/`)) return true;
  return false;
}

async function changedFiles(copy: LaneCopy, signal: AbortSignal): Promise<string[]> {
  const { stdout } = await copy.shadow.bytes(
    ['diff-files', '-z', '--raw', '--no-renames', '--ignore-submodules=all'],
    { workTree: copy.root, index: copy.index, signal },
  );
  return parseRawChanges(splitBytes(stdout)).map((change) => change.path);
}

/** A repository that a command made in the lane is listed as a folder; its files are the agent's work. */
async function untrackedFiles(
  copy: LaneCopy,
  below: string,
  index: string,
  signal: AbortSignal,
): Promise<string[]> {
  const { stdout } = await copy.shadow.bytes(['ls-files', '-z', '--others', '--exclude-standard'], {
    workTree: path.join(copy.root, below),
    index,
    excludes: copy.excludes,
    signal,
  });
  const files: string[] = [];
  for (const name of splitNames(stdout).names) {
    const full = `${below}${name}`;
    const isMirrored = copy.mirrored.some((each) => `${full}/`.startsWith(`${each}/`));
    if (isMirrored) continue;
    if (!name.endsWith('/')) files.push(full);
    else files.push(...(await untrackedFiles(copy, full, `${copy.index}.none`, signal)));
  }
  return files;
}

/** What stands at a name, links on the way there not followed. */
async function lookAt(
  root: string,
  name: string,
): Promise<'readable' | 'unreadable' | 'absent' | 'other'> {
  const parts = name.split('/');
  for (let depth = 1; depth < parts.length; depth += 1) {
    const folder = await lstat(path.join(root, ...parts.slice(0, depth))).catch(() => undefined);
    if (!folder?.isDirectory()) return 'absent';
  }
  const full = path.join(root, name);
  const stat = await lstat(full).catch(() => undefined);
  if (stat === undefined || stat.isDirectory()) return 'absent';
  if (stat.isSymbolicLink()) return 'readable';
  if (!stat.isFile()) return 'other';
  return access(full, constants.R_OK).then(
    () => 'readable' as const,
    () => 'unreadable' as const,
  );
}

async function writeTreeWithout(
  copy: LaneCopy,
  deleted: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const { shadow, index } = copy;
  if (deleted.length === 0) return shadow.words(['write-tree'], { index, signal });
  const draft = `${index}.${randomUUID()}`;
  try {
    await copyFile(index, draft);
    const input = joinNames(deleted.map(removalOf));
    await shadow.bytes(['update-index', '-z', '--index-info'], { index: draft, input, signal });
    return await shadow.words(['write-tree'], { index: draft, signal });
  } finally {
    await rm(draft, { force: true });
    await rm(`${draft}.lock`, { force: true });
  }
}

/** One process owns a lane and runs its operations one after another, so a lock is from a crash. */
async function dropStaleLock(copy: LaneCopy): Promise<void> {
  await rm(`${copy.index}.lock`, { force: true });
}

/** @throws MusterError `staging` when the lane's folder was replaced or is gone */
export async function requireOwnFolder(root: string): Promise<void> {
  const stat = await lstat(root).catch(() => undefined);
  if (stat?.isDirectory()) return;
  throw new MusterError(
    'staging',
    'The working copy of a task is gone or was replaced by something else while a command ran. Your files were not touched. Retry the task; it starts from the last recorded state.',
  );
}
