/** One plan from its check to its end: stored, carried out, marked, or taken back. */
import { randomBytes } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { createPathGuard } from '../path-guard.ts';
import { notTakenBack, takenBack, takenBackButFor } from './apply-failure.ts';
import type { ApplyOperations } from './apply-operations.ts';
import { diskOperations } from './apply-operations.ts';
import type { ApplyPlan } from './apply-plan.ts';
import { appliesFolder, markEnded, storePlan } from './apply-plan.ts';
import type { Carrying } from './carry-out.ts';
import { commitPlan, writeTemporaries } from './carry-out.ts';
import type { CheckedWrite, CheckResult, PlannedWrite } from './check-writes.ts';
import { checkWrites } from './check-writes.ts';
import type { Buffers, Trash } from './editor-hooks.ts';
import { forgetOldApplies } from './forget-applies.ts';
import { makePlan } from './make-plan.ts';
import { abandon, recoverApplies } from './recover-applies.ts';
import { type RollingBack, rollBack } from './roll-back.ts';

export type ApplyOptions = {
  workspace: string;
  /** The workspace's state folder: journals and what was replaced are kept in it. */
  folder: string;
  /** Whose changes are applied; a revert finds them by it. */
  run?: RunId;
  isBeingEdited?: (path: string) => boolean | Promise<boolean>;
  buffers?: Buffers;
  trash?: Trash;
  operations?: ApplyOperations;
};

/** The workspace's real path, once nothing is unfinished in it. */
export async function openWorkspace(options: ApplyOptions): Promise<string> {
  const root = await workspaceRoot(options.workspace);
  await requireNoneUnfinished(options, root);
  return root;
}

export async function checkNow(
  options: ApplyOptions,
  { root, writes }: { root: string; writes: readonly PlannedWrite[] },
  signal: AbortSignal,
): Promise<CheckResult> {
  const open = (await options.buffers?.unsaved()) ?? [];
  const checks = {
    root,
    guard: createPathGuard(root),
    open: new Map(open.map((each) => [each.path, each])),
    isBeingEdited: options.isBeingEdited ?? (() => false),
  };
  return checkWrites(writes, checks, signal);
}

export type Through = {
  root: string;
  checked: readonly CheckedWrite[];
  kind: ApplyPlan['kind'];
  mayGo?: ReadonlySet<string>;
  folderPermissions?: ReadonlyMap<string, number>;
};

/** @throws MusterError `apply-failed` once everything is as it was */
export async function carryThrough(
  options: ApplyOptions,
  { root, checked, kind, mayGo, folderPermissions }: Through,
  signal: AbortSignal,
): Promise<void> {
  const id = `${new Date().toISOString().replaceAll(/[-:.]/gu, '')}-${randomBytes(4).toString('hex')}`;
  const place = join(appliesFolder(options.folder), id);
  const { operations = diskOperations, buffers, trash, run } = options;
  const head = { id, kind, root, mayGo, ...(run === undefined ? {} : { run }) };
  const { plan: drawn, kept, written, edits } = await makePlan(checked, head);
  if (drawn.files.length === 0 && edits.length === 0) return;
  const plan = await storePlan(place, drawn, kept).catch(async (error: unknown) => {
    await rm(place, { recursive: true, force: true }).catch(() => {});
    throw takenBack(kind, error);
  });
  const guard = createPathGuard(root);
  const carrying: Carrying = { plan, guard, operations, trash, folderPermissions };
  let edited = false;
  try {
    await writeTemporaries(carrying, written, signal);
    signal.throwIfAborted();
    await commitPlan(carrying);
    if (edits.length > 0) await buffers?.edit(edits);
    edited = true;
    await markEnded(place, { outcome: 'applied' });
  } catch (error) {
    const begun = edited ? plan : { ...plan, buffers: [] };
    await takeBack({ plan: begun, place, operations, buffers }, error);
    throw signal.aborted && error === signal.reason ? error : takenBack(kind, error);
  }
  await forgetOldApplies(options.folder);
}

/** @throws MusterError `apply-failed` that names what is not as it was */
async function takeBack(rolling: RollingBack, cause: unknown): Promise<void> {
  const { place, plan } = rolling;
  let foreign: string[];
  try {
    foreign = await rollBack(rolling);
  } catch (second) {
    await abandon(place);
    throw notTakenBack(plan.kind, cause, { place, second });
  }
  if (foreign.length === 0) {
    await rm(place, { recursive: true, force: true }).catch(() => {});
    return;
  }
  await markEnded(place, { outcome: 'rolled-back', foreign }).catch(() => {});
  throw takenBackButFor(plan.kind, cause, { foreign, place });
}

async function workspaceRoot(workspace: string): Promise<string> {
  try {
    return await realpath(workspace);
  } catch (cause) {
    throw new MusterError(
      'no-folder',
      'The workspace folder is gone. Nothing was applied; the changes are kept. Put the folder back, then apply again.',
      { cause },
    );
  }
}

async function requireNoneUnfinished(options: ApplyOptions, root: string): Promise<void> {
  const { folder, operations, buffers } = options;
  const earlier = await recoverApplies(folder, root, { operations, buffers });
  if (earlier.some(({ outcome }) => outcome === 'in-progress')) {
    throw new MusterError(
      'in-use',
      'Changes are being applied to this workspace right now, here or in another window. Nothing was done. Wait for it to end, then try again.',
    );
  }
  const failed = earlier.find(({ outcome }) => outcome === 'failed');
  if (failed !== undefined) {
    throw new MusterError(
      'apply-failed',
      `An earlier apply could not be taken back wholly (${failed.problem ?? 'unknown'}). Nothing new was applied. What it replaced is kept in ${failed.folder}: copy from there what is missing, remove that folder, then apply again.`,
    );
  }
}
