/** From checked writes to the plan of an apply and the bytes it keeps. */
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../file-errors.ts';
import { processIdentity } from '../process-identity.ts';
import type { ApplyPlan, Content, PlannedBuffer, PlannedFile } from './apply-plan.ts';
import type { CheckedWrite } from './check-writes.ts';
import type { BufferEdit } from './editor-hooks.ts';
import type { FileState } from './workspace-file.ts';
import { foldersAbove, hashOf, namesOf } from './workspace-file.ts';

export type Prepared = {
  plan: ApplyPlan;
  /** What is replaced and what replaces it, by hash: a revert merges with both. */
  kept: ReadonlyMap<string, Uint8Array>;
  /** What is written, by path. */
  written: ReadonlyMap<string, Uint8Array>;
  edits: BufferEdit[];
};

export type PlanOptions = Pick<ApplyPlan, 'id' | 'kind' | 'run'> & {
  root: string;
  /** Folders that go when they are empty; all that a deletion empties unless said otherwise. */
  mayGo?: ReadonlySet<string> | undefined;
};

/** Writes that change nothing are left out. */
export async function makePlan(
  checked: readonly CheckedWrite[],
  options: PlanOptions,
): Promise<Prepared> {
  const { root, mayGo, ...head } = options;
  const kept = new Map<string, Uint8Array>();
  const keep = (bytes: Uint8Array): string => {
    const hash = hashOf(bytes);
    kept.set(hash, bytes);
    return hash;
  };
  const onDisk = checked.filter((each) => !each.open);
  const folders = await foldersOf(onDisk, root);
  const { files, written } = planFiles(onDisk, { id: head.id, folders, keep });
  const { buffers, edits } = planBuffers(checked, keep);
  const plan: ApplyPlan = {
    v: 2,
    ...head,
    workspace: root,
    startedAt: new Date().toISOString(),
    owner: { pid: process.pid, identity: (await processIdentity(process.pid)) ?? '' },
    files,
    buffers,
    newFolders: inOrder(
      files.filter((file) => file.after),
      folders,
      (mode) => mode === undefined,
    ),
    oldFolders: inOrder(
      files.filter((file) => !file.after),
      folders,
      (mode) => mode !== undefined,
    )
      .filter((path) => mayGo?.has(path) ?? true)
      .map((path) => ({ path, permissions: folders.get(path) ?? 0o777 })),
  };
  return { plan, kept, written, edits };
}

type Folders = ReadonlyMap<string, number | undefined>;
type Keep = (bytes: Uint8Array) => string;

function planFiles(
  checked: readonly CheckedWrite[],
  { id, folders, keep }: { id: string; folders: Folders; keep: Keep },
): { files: PlannedFile[]; written: Map<string, Uint8Array> } {
  const files: PlannedFile[] = [];
  const written = new Map<string, Uint8Array>();
  for (const each of checked) {
    const { path, after, permissions, moved } = each.write;
    const before = beforeOf(each.state);
    const content = afterOf(each);
    if (before && content && isSame(before, content)) continue;
    if (before && 'bytes' in each.state) keep(each.state.bytes);
    if (after) {
      keep(after);
      written.set(path, after);
    }
    const temporary = temporaryFor(path, folders, `.muster-apply-${id}-${files.length}.tmp`);
    files.push({
      path,
      ...(moved && { moved }),
      ...(before && { before }),
      ...(content && {
        after: { ...content, temporary, ...(permissions !== undefined && { permissions }) },
      }),
    });
  }
  return { files, written };
}

function planBuffers(
  checked: readonly CheckedWrite[],
  keep: Keep,
): { buffers: PlannedBuffer[]; edits: BufferEdit[] } {
  const edits = checked.flatMap(({ write: { path, after }, state, open }) =>
    open && after && 'bytes' in state ? [{ path, before: state.bytes, after }] : [],
  );
  const buffers = edits.map(({ path, before, after }) => ({
    path,
    before: keep(before),
    after: keep(after),
  }));
  return { buffers, edits };
}

export function isSame(left: Content, right: Content): boolean {
  return (
    left.kind === right.kind && left.hash === right.hash && left.executable === right.executable
  );
}

function beforeOf(state: FileState): PlannedFile['before'] {
  switch (state.kind) {
    case 'missing':
    case 'folder':
      return undefined;
    case 'link':
      return { kind: 'link', hash: hashOf(state.bytes), executable: false, permissions: 0o777 };
    case 'file': {
      const { bytes, executable, permissions, owner } = state;
      return { kind: 'file', hash: hashOf(bytes), executable, permissions, owner };
    }
  }
}

function afterOf({ write, state }: CheckedWrite): Content | undefined {
  if (write.after === undefined) return undefined;
  const hash = hashOf(write.after);
  if (write.afterMode === '120000') return { kind: 'link', hash, executable: false };
  const was = state.kind === 'file' && state.executable;
  const wanted = write.afterMode === undefined ? was : write.afterMode === '100755';
  return { kind: 'file', hash, executable: wanted && process.platform !== 'win32' };
}

/** The folders above all files, with their permissions; undefined for one that does not exist. */
async function foldersOf(
  checked: readonly CheckedWrite[],
  root: string,
): Promise<Map<string, number | undefined>> {
  const folders = new Map<string, number | undefined>();
  for (const path of new Set(checked.flatMap(({ write }) => foldersAbove(write.path)))) {
    folders.set(path, await permissionsOf(join(root, path)));
  }
  return folders;
}

async function permissionsOf(folder: string): Promise<number | undefined> {
  try {
    const entry = await lstat(folder);
    return entry.isDirectory() ? entry.mode & 0o777 : undefined;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function inOrder(
  files: readonly PlannedFile[],
  folders: Folders,
  fits: (permissions: number | undefined) => boolean,
): string[] {
  const paths = new Set(files.flatMap((file) => foldersAbove(file.path)));
  return [...paths]
    .filter((path) => fits(folders.get(path)))
    .toSorted((left, right) => namesOf(left).length - namesOf(right).length);
}

/** Beside the target, or in the nearest folder above it that exists. */
function temporaryFor(path: string, folders: Folders, name: string): string {
  const nearest = foldersAbove(path).find((folder) => folders.get(folder) !== undefined);
  return nearest === undefined ? name : `${nearest}/${name}`;
}
