/** Carries out a stored plan: temporary files first, then deletions and renames. */
import { join } from 'node:path';
import { MusterError } from '../../shared/muster-error.ts';
import { isMissing, systemCode } from '../file-errors.ts';
import type { PathGuard } from '../path-guard.ts';
import { show } from '../path-refusal.ts';
import type { ApplyOperations } from './apply-operations.ts';
import type { ApplyPlan, PlannedFile } from './apply-plan.ts';
import { syncFolder } from './apply-plan.ts';
import type { Trash } from './editor-hooks.ts';
import { inGroups } from './in-groups.ts';
import { decodeTarget } from './link-problem.ts';
import { isSame } from './make-plan.ts';
import type { FileState } from './workspace-file.ts';
import { hashOf, inFolderOf, lookAt, namesOf, parentOf, withExecutable } from './workspace-file.ts';

export type Carrying = {
  plan: ApplyPlan;
  guard: PathGuard;
  operations: ApplyOperations;
  trash?: Trash | undefined;
  /** Permissions of folders that are made again. */
  folderPermissions?: ReadonlyMap<string, number> | undefined;
};

/** Writes everything new beside its place; the files of the workspace stay as they are. */
export async function writeTemporaries(
  { plan, operations }: Carrying,
  written: ReadonlyMap<string, Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  await inGroups(plan.files, async (file) => {
    signal.throwIfAborted();
    const bytes = written.get(file.path);
    if (file.after === undefined || bytes === undefined) return;
    await putFile(operations, {
      root: plan.workspace,
      path: file.after.temporary,
      bytes,
      kind: file.after.kind,
      executable: file.after.executable,
      before: file.before,
      permissions: file.after.permissions,
    });
  });
}

/** Makes a file or link that does not exist, with what it keeps of the one it replaces. */
export async function putFile(
  operations: ApplyOperations,
  file: {
    root: string;
    path: string;
    bytes: Uint8Array;
    kind: 'file' | 'link';
    executable: boolean;
    before: PlannedFile['before'];
    /** Of a file that replaces none. */
    permissions?: number | undefined;
  },
): Promise<void> {
  const { bytes, kind, executable, before } = file;
  await inFolderOf(file, async (folder, name) => {
    await folder.confirm();
    if (kind === 'link') {
      await operations.makeLink(decodeTarget(bytes) ?? '', folder.entry(name));
      return;
    }
    const keeps = before?.kind === 'file' ? before : undefined;
    const permissions = keeps ? keepPermissions(keeps, executable) : file.permissions;
    await operations.writeNew(folder.entry(name), {
      bytes,
      executable,
      ...(permissions !== undefined && { permissions }),
      ...(keeps?.owner && { owner: keeps.owner }),
    });
  });
}

function keepPermissions(before: NonNullable<PlannedFile['before']>, executable: boolean): number {
  const { permissions } = before;
  return before.executable === executable ? permissions : withExecutable(permissions, executable);
}

/** Everything that changes the workspace. Not to be interrupted: it ends, or is rolled back. */
export async function commitPlan(carrying: Carrying): Promise<void> {
  const { plan, guard, operations, folderPermissions } = carrying;
  const root = plan.workspace;
  const made = plan.files.filter((file) => file.after !== undefined);
  for (const file of plan.files) {
    if (file.after === undefined) await removeTarget(carrying, file);
  }
  const inTheWay = plan.oldFolders.filter(({ path }) =>
    made.some((file) => path === file.path || path.startsWith(`${file.path}/`)),
  );
  await removeEmptyFolders(
    carrying,
    inTheWay.map(({ path }) => path),
  );
  for (const path of plan.newFolders) {
    await inFolderOf({ root, path }, (folder, name) =>
      operations.makeFolder(folder.entry(name), folderPermissions?.get(path)),
    );
  }
  for (const file of made) await moveIntoPlace(carrying, file);
  // A link may lead through another of this same set.
  for (const file of made) {
    if (file.after?.kind === 'link') await guard.locate(file.path, { keepLastLink: 'inside' });
  }
  await removeEmptyFolders(
    carrying,
    plan.oldFolders.map(({ path }) => path),
  );
  await syncTargets(plan);
}

async function removeTarget(
  { plan, operations, trash }: Carrying,
  file: PlannedFile,
): Promise<void> {
  const target = { root: plan.workspace, path: file.path };
  await requireBefore(target, file);
  await inFolderOf(target, async (folder, name) => {
    await folder.confirm();
    // What a link leads to is never put away in its stead.
    const isTrash = file.before?.kind === 'file' && !file.moved;
    const isGone = isTrash && (await trash?.(join(plan.workspace, file.path)));
    if (!isGone) await operations.unlink(folder.entry(name));
  });
}

async function moveIntoPlace({ plan, operations }: Carrying, file: PlannedFile): Promise<void> {
  const temporary = file.after?.temporary;
  if (temporary === undefined) return;
  const target = { root: plan.workspace, path: file.path };
  await requireBefore(target, file);
  await inFolderOf({ ...target, path: temporary }, (from, temporaryName) =>
    inFolderOf(target, async (to, name) => {
      await to.confirm();
      await operations.rename(from.entry(temporaryName), to.entry(name));
    }),
  );
}

/** What was checked may have changed while the others were written. */
async function requireBefore(
  target: { root: string; path: string },
  file: PlannedFile,
): Promise<void> {
  if (isState(await lookAt(target), file.before)) return;
  throw new MusterError(
    'apply-failed',
    `${show(file.path)} was changed by another program meanwhile`,
  );
}

/** True when the state is the content, or when both are nothing. */
export function isState(
  state: FileState,
  content: PlannedFile['before'] | PlannedFile['after'],
): boolean {
  switch (state.kind) {
    case 'missing':
      return content === undefined;
    case 'folder':
      return false;
    case 'link':
      return (
        content !== undefined &&
        isSame(content, { kind: 'link', hash: hashOf(state.bytes), executable: false })
      );
    case 'file':
      return (
        content !== undefined &&
        isSame(content, { kind: 'file', hash: hashOf(state.bytes), executable: state.executable })
      );
  }
}

/** Removes those that are empty, innermost first; a folder that holds something stays. */
export async function removeEmptyFolders(
  { plan, operations }: Pick<Carrying, 'plan' | 'operations'>,
  paths: readonly string[],
): Promise<void> {
  const innermostFirst = paths.toSorted(
    (left, right) => namesOf(right).length - namesOf(left).length,
  );
  for (const path of innermostFirst) {
    try {
      await inFolderOf({ root: plan.workspace, path }, (folder, name) =>
        operations.removeFolder(folder.entry(name)),
      );
    } catch (error) {
      const isFull = ['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '');
      if (!isFull && !isMissing(error)) throw error;
    }
  }
}

async function syncTargets(plan: ApplyPlan): Promise<void> {
  for (const folder of new Set(plan.files.map((file) => parentOf(file.path)))) {
    try {
      await syncFolder(join(plan.workspace, folder));
    } catch (error) {
      // Removed with its last file.
      if (!isMissing(error)) throw error;
    }
  }
}
