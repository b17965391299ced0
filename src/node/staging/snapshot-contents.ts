/** Decides which files of the workspace a snapshot takes, and says of every other why not. */
import { access, constants, lstat } from 'node:fs/promises';
import path from 'node:path';
import type { LeftOut } from '../../shared/left-out.ts';
import { isMusterError } from '../../shared/muster-error.ts';
import {
  findRepository,
  type Listing,
  listByPersonRules,
  listWithoutRepository,
  namesIn,
  type PersonRepository,
  type RawListing,
  repositoryAt,
} from '../git/person-git.ts';
import { inBatches } from './in-batches.ts';
import { secretReason } from './secret-names.ts';
import type { SnapshotStart } from './snapshot-start.ts';

export type Contents = {
  /** Regular files and symlinks, relative to the workspace, with `/`. */
  files: Array<{
    path: string;
    kind: 'file' | 'symlink';
    /** Its entry in the index from which the snapshot starts is right as it is. */
    known: boolean;
  }>;
  leftOut: LeftOut[];
  /** Some of the files are those of a nested repository, by its own rules. */
  nested: boolean;
};

export type ContentsRequest = {
  workspace: string;
  maxFileBytes: number;
  start: SnapshotStart;
};

type Verdict =
  | { take: 'file' | 'symlink' }
  | { leaveOut: string }
  | { lookInside: true }
  | { absent: true };

export async function findContents(
  request: ContentsRequest,
  listing: Listing,
  signal: AbortSignal,
): Promise<Contents> {
  const contents: Contents = { files: [], leftOut: [], nested: false };
  await collect(request, '', listing, contents, signal);
  contents.leftOut.sort((left, right) => (left.path < right.path ? -1 : 1));
  return contents;
}

/**
 * The files of the workspace that the person's rules let through, and the repository that says so.
 * @param emptyGitDir asked for where there is none
 */
export async function listWorkspace(
  workspace: string,
  emptyGitDir: () => Promise<string>,
  signal: AbortSignal,
): Promise<{ listing: RawListing; repository?: PersonRepository }> {
  const repository = await findRepository(workspace);
  if (repository !== undefined) {
    const listing = await listByPersonRules(repository, workspace, signal);
    // A folder that a repository further up ignores as a whole is a folder of its own.
    if (listing.bytes.length > 0 || repository.top === workspace) return { listing, repository };
  }
  return { listing: await listWithoutRepository(await emptyGitDir(), workspace, signal) };
}

/** `below` is '' or ends in `/`; the listing's names are relative to it. */
async function collect(
  request: ContentsRequest,
  below: string,
  listing: Listing,
  contents: Contents,
  signal: AbortSignal,
): Promise<void> {
  for (const name of listing.undecodable) {
    contents.leftOut.push({ path: `${below}${name}`, reason: 'its name is not valid UTF-8' });
  }
  for (const { path: name, reason } of listing.unreadable) {
    contents.leftOut.push({ path: `${below}${name}`, reason });
  }
  const unknown: string[] = [];
  for (const each of listing.names) {
    const name = `${below}${each}`;
    const kind = knownKind(request, name);
    if (kind === undefined) unknown.push(name);
    else contents.files.push({ path: name, kind, known: true });
  }
  const verdicts = await inBatches(unknown, (name) => judge(request, name), signal);
  for (const [position, verdict] of verdicts.entries()) {
    const name = unknown[position] ?? '';
    if ('take' in verdict) contents.files.push({ path: name, kind: verdict.take, known: false });
    if ('leaveOut' in verdict) contents.leftOut.push({ path: name, reason: verdict.leaveOut });
    if ('lookInside' in verdict) await collectNested(request, name, contents, signal);
  }
}

/** A nested repository or submodule: its files are taken as files, by its own ignore rules. */
async function collectNested(
  request: ContentsRequest,
  name: string,
  contents: Contents,
  signal: AbortSignal,
): Promise<void> {
  const below = name.endsWith('/') ? name : `${name}/`;
  const folder = path.join(request.workspace, below);
  const repository = await repositoryAt(folder);
  if (repository === undefined) return;
  contents.nested = true;
  try {
    const listing = await listByPersonRules(repository, folder, signal);
    await collect(request, below, namesIn(listing), contents, signal);
  } catch (error) {
    if (!isMusterError(error)) throw error;
    const reason = 'a nested repository that git could not read';
    contents.leftOut.push({ path: name, reason });
  }
}

/** Undefined for whatever has to be looked at. */
function knownKind(
  { start, maxFileBytes }: ContentsRequest,
  name: string,
): 'file' | 'symlink' | undefined {
  const entry = start.entries.get(name);
  if (entry === undefined || start.changed.has(name) || entry.size > maxFileBytes) return undefined;
  // What the last snapshot took had no secret name.
  if (start.last === undefined && secretReason(name) !== undefined) return undefined;
  if (entry.mode === '120000') return 'symlink';
  return entry.mode.startsWith('100') ? 'file' : undefined;
}

async function judge(request: ContentsRequest, name: string): Promise<Verdict> {
  const full = path.join(request.workspace, name);
  const stat = await lstat(full).catch((error: NodeJS.ErrnoException) => error);
  if (stat instanceof Error) {
    const gone = stat.code === 'ENOENT' || stat.code === 'ENOTDIR';
    return gone ? { absent: true } : { leaveOut: `could not be read (${stat.code})` };
  }
  if (stat.isDirectory()) return { lookInside: true };
  const secret = secretReason(name);
  if (secret !== undefined) return { leaveOut: secret };
  if (stat.isSymbolicLink()) return { take: 'symlink' };
  if (!stat.isFile()) return { leaveOut: 'not a regular file (socket, pipe or device)' };
  if (stat.size > request.maxFileBytes) {
    return { leaveOut: `larger than ${Math.floor(request.maxFileBytes / 1024 / 1024)} MB` };
  }
  const readable = await access(full, constants.R_OK).then(
    () => true,
    () => false,
  );
  return readable ? { take: 'file' } : { leaveOut: 'could not be read (no permission)' };
}
