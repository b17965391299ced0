/** Takes the workspace as it is now into the shadow repository, byte for byte, without writing in it. */
import { randomUUID } from 'node:crypto';
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LeftOut } from '../../shared/events.ts';
import { joinNames, splitNames } from '../git/null-separated.ts';
import type { ShadowGit } from '../git/shadow-git.ts';
import { outerIgnoreRules } from './outer-ignore-rules.ts';
import type { Places } from './places.ts';
import { type Contents, findContents } from './snapshot-contents.ts';

/** The text of an editor with unsaved changes, in the file's own encoding. */
export type UnsavedFile = {
  /** Relative to the workspace, with `/`. */
  path: string;
  bytes: Uint8Array;
};

export type SnapshotRequest = {
  shadow: ShadowGit;
  places: Places;
  workspace: string;
  unsaved: readonly UnsavedFile[];
  maxFileBytes: number;
};

export type Snapshot = { commit: string; files: number; leftOut: LeftOut[] };

export async function takeSnapshot(
  request: SnapshotRequest,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { shadow, places, workspace, maxFileBytes } = request;
  const emptyGitDir = shadow.gitDir;
  const contents = await findContents({ workspace, emptyGitDir, maxFileBytes }, signal);
  await keepIgnoreRules(request, signal);
  const index = path.join(places.scratch, `snapshot-${randomUUID()}`);
  try {
    await shadow.bytes(['update-index', '--add', '--remove', '-z', '--stdin'], {
      workTree: workspace,
      index,
      blobs: 'packed',
      input: joinNames(contents.files.map((file) => file.path)),
      signal,
    });
    const overLinks = await putUnsaved(request, contents, index, signal);
    const taken = await takenFiles(shadow, index, signal);
    const refused = await refusedNames(workspace, contents, taken);
    const tree = await shadow.words(['write-tree'], { index, signal });
    const commit = await shadow.words(['commit-tree', '-m', 'Snapshot', tree], { signal });
    const leftOut = [...contents.leftOut, ...overLinks, ...refused];
    return { commit, files: taken.size, leftOut };
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}

async function keepIgnoreRules(request: SnapshotRequest, signal: AbortSignal): Promise<void> {
  const { places, shadow, workspace } = request;
  const rules = await outerIgnoreRules(workspace, shadow.gitDir, signal);
  await mkdir(places.scratch, { recursive: true, mode: 0o700 });
  const draft = `${places.excludes}-${randomUUID()}`;
  await writeFile(draft, rules, { mode: 0o600 });
  await rename(draft, places.excludes);
}

/** Editors hold a newer text than the disk; that is the one the person sees and means. */
async function putUnsaved(
  request: SnapshotRequest,
  contents: Contents,
  index: string,
  signal: AbortSignal,
): Promise<LeftOut[]> {
  const kinds = new Map(contents.files.map((file) => [file.path, file.kind]));
  const leftOut: LeftOut[] = [];
  const records: string[] = [];
  for (const { path: name, bytes } of request.unsaved) {
    const kind = kinds.get(name);
    if (kind === undefined) continue;
    if (kind === 'symlink') {
      leftOut.push({ path: name, reason: 'unsaved text of a file opened through a symbolic link' });
      continue;
    }
    const { shadow, workspace } = request;
    const { stdout } = await shadow.bytes(['hash-object', '-w', '--no-filters', '--stdin'], {
      input: bytes,
      signal,
    });
    const stat = await lstat(path.join(workspace, name));
    const mode = (stat.mode & 0o100) === 0 ? '100644' : '100755';
    records.push(`${mode} ${stdout.toString('latin1').trim()}\t${name}`);
  }
  if (records.length > 0) {
    const input = joinNames(records);
    await request.shadow.bytes(['update-index', '-z', '--index-info'], { index, input, signal });
  }
  return leftOut;
}

async function takenFiles(
  shadow: ShadowGit,
  index: string,
  signal: AbortSignal,
): Promise<Set<string>> {
  const { stdout } = await shadow.bytes(['ls-files', '-z', '--cached'], { index, signal });
  return new Set(splitNames(stdout).names);
}

/** git passes over names that it holds to be dangerous, such as `.GIT` or `git~1`. */
async function refusedNames(
  workspace: string,
  contents: Contents,
  taken: ReadonlySet<string>,
): Promise<LeftOut[]> {
  const refused: LeftOut[] = [];
  for (const { path: name } of contents.files) {
    if (taken.has(name)) continue;
    const stat = await lstat(path.join(workspace, name)).catch(() => undefined);
    if (stat !== undefined) refused.push({ path: name, reason: 'git does not accept its name' });
  }
  return refused;
}
