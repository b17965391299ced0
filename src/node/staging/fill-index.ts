/** Brings the draft of a snapshot's index to what the workspace holds, writing only what differs. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { LeftOut } from '../../shared/left-out.ts';
import { joinNames } from '../git/null-separated.ts';
import { readIndex } from '../git/read-index.ts';
import type { ShadowGit } from '../git/shadow-git.ts';
import { writeObject } from '../git/write-object.ts';
import type { SnapshotChanges } from './snapshot-changes.ts';
import { fromNothing, type SnapshotStart } from './snapshot-start.ts';
import { removalOf } from './tree-entries.ts';

/** The text of an editor with unsaved changes, in the file's own encoding. */
export type UnsavedFile = {
  /** Relative to the workspace, with `/`. */
  path: string;
  bytes: Uint8Array;
};

export type FillRequest = {
  shadow: ShadowGit;
  workspace: string;
  draft: string;
  start: SnapshotStart;
  changes: SnapshotChanges;
  unsaved: readonly UnsavedFile[];
};

/** Up to so many new blobs a pack of their own does not pay. */
const fewFiles = 32;

export async function fillIndex(
  request: FillRequest,
  signal: AbortSignal,
): Promise<{ changed: boolean; refused: string[]; leftOut: LeftOut[] }> {
  const { shadow, workspace, draft, start, changes } = request;
  const { toRead, dropped } = changes;
  await correctEntries(request, start.wrong.map(removalOf), signal);
  const isFirst = start === fromNothing;
  if (toRead.length > 0 || isFirst) {
    await shadow.bytes(['update-index', '--add', '--remove', '--replace', '-z', '--stdin'], {
      workTree: workspace,
      index: draft,
      ownObjects: true,
      unsynced: true,
      blobs: toRead.length > fewFiles ? 'packed' : 'loose',
      input: joinNames(toRead),
      signal,
    });
  }
  const { records, leftOut } = await unsavedEntries(request);
  await correctEntries(request, [...dropped.map(removalOf), ...records], signal);
  const refused = changes.someAreNew ? await refusedNames(request, toRead) : [];
  return {
    refused: refused.map(({ name }) => name),
    changed: isFirst || toRead.length + dropped.length + records.length > 0,
    leftOut: [...leftOut, ...refused.flatMap((each) => each.leftOut ?? [])],
  };
}

/** Records as `update-index --index-info` takes them. */
async function correctEntries(
  { shadow, draft }: FillRequest,
  records: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (records.length === 0) return;
  const input = joinNames(records);
  await shadow.bytes(['update-index', '-z', '--index-info'], { index: draft, input, signal });
}

/** Editors hold a newer text than the disk; that is the one the person sees and means. */
async function unsavedEntries({
  shadow,
  workspace,
  changes,
  unsaved,
}: FillRequest): Promise<{ records: string[]; leftOut: LeftOut[] }> {
  const leftOut: LeftOut[] = [];
  const records: string[] = [];
  if (unsaved.length === 0) return { records, leftOut };
  const kinds = new Map((changes.all ?? []).map((file) => [file.path, file.kind]));
  for (const { path: name, bytes } of unsaved) {
    const kind = kinds.get(name);
    if (kind === undefined) continue;
    if (kind === 'symlink') {
      leftOut.push({ path: name, reason: 'unsaved text of a file opened through a symbolic link' });
      continue;
    }
    const object = await writeObject(shadow.gitDir, 'blob', bytes);
    const stat = await lstat(path.join(workspace, name));
    const mode = (stat.mode & 0o100) === 0 ? '100644' : '100755';
    records.push(`${mode} ${object}\t${name}`);
  }
  return { records, leftOut };
}

/** git passes over names that it holds to be dangerous, such as `.GIT` or `git~1`. */
async function refusedNames(
  { workspace, draft }: FillRequest,
  names: readonly string[],
): Promise<Array<{ name: string; leftOut?: LeftOut }>> {
  const index = await readIndex(draft);
  const taken = new Set(index?.entries.map((entry) => entry.path));
  const missing = names.filter((name) => !taken.has(name));
  return Promise.all(
    missing.map(async (name) => {
      const stat = await lstat(path.join(workspace, name)).catch(() => undefined);
      if (stat === undefined) return { name };
      return { name, leftOut: { path: name, reason: 'git does not accept its name' } };
    }),
  );
}
