/** Takes an apply back from what it kept, judging each file by what stands there now. */
import { isMissing, systemCode } from '../file-errors.ts';
import { PathRefusal } from '../path-refusal.ts';
import type { ApplyOperations } from './apply-operations.ts';
import type { ApplyPlan, PlannedFile } from './apply-plan.ts';
import { isState, putFile, removeEmptyFolders } from './carry-out.ts';
import type { Buffers } from './editor-hooks.ts';
import { readKept } from './kept-bytes.ts';
import type { FileState } from './workspace-file.ts';
import { foldersAbove, hashOf, inFolderOf, lookAt } from './workspace-file.ts';

export type RollingBack = {
  plan: ApplyPlan;
  /** Where the plan and its blobs are. */
  place: string;
  operations: ApplyOperations;
  buffers?: Buffers | undefined;
};

/**
 * Safe to repeat. Files that somebody else has changed meanwhile are left as they are.
 * @returns their paths
 */
export async function rollBack(rolling: RollingBack): Promise<string[]> {
  const { plan } = rolling;
  const foreign = await restoreBuffers(rolling);
  await removeTemporaries(rolling);
  for (const file of plan.files) {
    if (file.before === undefined) await removeCreated(rolling, file, foreign);
  }
  await removeEmptyFolders(rolling, plan.newFolders);
  for (const file of plan.files) {
    if (file.before !== undefined) await restore(rolling, file, foreign);
  }
  await restoreFolders(rolling, plan.oldFolders);
  return foreign;
}

/** Those that show what was written get their text back; the others are not Muster's any more. */
async function restoreBuffers({ plan, place, buffers }: RollingBack): Promise<string[]> {
  if (plan.buffers.length === 0) return [];
  const open = new Map((await buffers?.unsaved())?.map((each) => [each.path, each.bytes]));
  const edits = [];
  const foreign: string[] = [];
  for (const { path, before, after } of plan.buffers) {
    const bytes = open.get(path);
    const hash = bytes && hashOf(bytes);
    if (bytes && hash === after) {
      const kept = await readKept(place, { index: plan.kept, hash: before, path });
      edits.push({ path, before: bytes, after: kept });
    } else if (hash !== before && hash !== undefined) foreign.push(path);
  }
  if (edits.length > 0) await buffers?.edit(edits);
  return foreign;
}

async function removeTemporaries({ plan, operations }: RollingBack): Promise<void> {
  const temporaries = plan.files.flatMap((file) =>
    [file.after?.temporary ?? [], restoring(plan, file)].flat(),
  );
  for (const path of temporaries) {
    try {
      await inFolderOf({ root: plan.workspace, path }, (folder, name) =>
        operations.unlink(folder.entry(name)),
      );
    } catch (error) {
      if (!isMissing(error) && !(error instanceof PathRefusal)) throw error;
    }
  }
}

async function removeCreated(
  { plan, operations }: RollingBack,
  file: PlannedFile,
  foreign: string[],
): Promise<void> {
  const target = { root: plan.workspace, path: file.path };
  const state = await lookUnlessRefused(target);
  if (state === undefined) foreign.push(file.path);
  else if (isState(state, file.after)) {
    await inFolderOf(target, (folder, name) => operations.unlink(folder.entry(name)));
  } else if (state.kind !== 'missing' && state.kind !== 'folder') foreign.push(file.path);
}

async function restore(rolling: RollingBack, file: PlannedFile, foreign: string[]): Promise<void> {
  const { plan, place, operations } = rolling;
  const { before } = file;
  const state = await lookUnlessRefused({ root: plan.workspace, path: file.path });
  if (before === undefined || (state && isState(state, before))) return;
  if (state === undefined || (state.kind !== 'missing' && !isState(state, file.after))) {
    foreign.push(file.path);
    return;
  }
  const above = new Set(foldersAbove(file.path));
  await restoreFolders(
    rolling,
    plan.oldFolders.filter(({ path }) => above.has(path)),
  );
  const bytes = await readKept(place, { index: plan.kept, hash: before.hash, path: file.path });
  const temporary = restoring(plan, file);
  const { kind, executable } = before;
  await putFile(operations, {
    root: plan.workspace,
    path: temporary,
    bytes,
    kind,
    executable,
    before,
  });
  await inFolderOf({ root: plan.workspace, path: temporary }, (from, temporaryName) =>
    inFolderOf({ root: plan.workspace, path: file.path }, (to, name) =>
      operations.rename(from.entry(temporaryName), to.entry(name)),
    ),
  );
}

/** Beside the file, since its folder exists again by then. */
function restoring(plan: ApplyPlan, file: PlannedFile): string {
  const folder = foldersAbove(file.path)[0];
  const name = `.muster-restore-${plan.id}-${plan.files.indexOf(file)}.tmp`;
  return folder === undefined ? name : `${folder}/${name}`;
}

async function restoreFolders(
  { plan, operations }: RollingBack,
  folders: ApplyPlan['oldFolders'],
): Promise<void> {
  for (const { path, permissions } of folders) {
    try {
      await inFolderOf({ root: plan.workspace, path }, (folder, name) =>
        operations.makeFolder(folder.entry(name), permissions),
      );
    } catch (error) {
      // It stands still, or somebody made something else of it or of the folder above it.
      const isTaken =
        systemCode(error) === 'EEXIST' || isMissing(error) || error instanceof PathRefusal;
      if (!isTaken) throw error;
    }
  }
}

/** Undefined where the way there has become one that is not gone. */
async function lookUnlessRefused(target: {
  root: string;
  path: string;
}): Promise<FileState | undefined> {
  try {
    return await lookAt(target);
  } catch (error) {
    if (error instanceof PathRefusal) return undefined;
    throw error;
  }
}
