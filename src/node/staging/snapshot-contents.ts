/** Decides which files of the workspace a snapshot takes, and says of every other why not. */
import { access, constants, lstat } from 'node:fs/promises';
import path from 'node:path';
import type { LeftOut } from '../../shared/events.ts';
import { isMusterError } from '../../shared/muster-error.ts';
import {
  findRepository,
  type Listing,
  listByPersonRules,
  listWithoutRepository,
  repositoryAt,
} from '../git/person-git.ts';
import { inBatches } from './in-batches.ts';
import { secretReason } from './secret-names.ts';

export type Contents = {
  /** Regular files and symlinks, relative to the workspace, with `/`. */
  files: Array<{ path: string; kind: 'file' | 'symlink' }>;
  leftOut: LeftOut[];
};

export type ContentsRequest = {
  workspace: string;
  /** A git directory without files, for folders that belong to no repository. */
  emptyGitDir: string;
  maxFileBytes: number;
};

type Verdict =
  | { take: 'file' | 'symlink' }
  | { leaveOut: string }
  | { lookInside: true }
  | { absent: true };

export async function findContents(
  request: ContentsRequest,
  signal: AbortSignal,
): Promise<Contents> {
  const contents: Contents = { files: [], leftOut: [] };
  await collect(request, '', await listFolder(request, signal), contents, signal);
  contents.leftOut.sort((left, right) => (left.path < right.path ? -1 : 1));
  return contents;
}

async function listFolder(request: ContentsRequest, signal: AbortSignal): Promise<Listing> {
  const { workspace, emptyGitDir } = request;
  const repository = await findRepository(workspace);
  if (repository !== undefined) {
    const listing = await listByPersonRules(repository, workspace, signal);
    // A folder that a repository further up ignores as a whole is a folder of its own.
    if (listing.names.length > 0 || repository.top === workspace) return listing;
  }
  return listWithoutRepository(emptyGitDir, workspace, signal);
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
  // A file in conflict is listed once for each side.
  const names = [...new Set(listing.names)].map((name) => `${below}${name}`);
  const verdicts = await inBatches(names, (name) => judge(request, name), signal);
  for (const [position, verdict] of verdicts.entries()) {
    const name = names[position] ?? '';
    if ('take' in verdict) contents.files.push({ path: name, kind: verdict.take });
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
  try {
    const listing = await listByPersonRules(repository, folder, signal);
    await collect(request, below, listing, contents, signal);
  } catch (error) {
    if (!isMusterError(error)) throw error;
    const reason = 'a nested repository that git could not read';
    contents.leftOut.push({ path: name, reason });
  }
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
