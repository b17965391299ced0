/** Writes accepted changes into the workspace: all of them or none, journaled so that a crash changes nothing of that. */
import { randomBytes } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Apply, ApplyOutcome } from '../../engine/ports.ts';
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import { systemCode } from '../file-errors.ts';
import { createPathGuard } from '../path-guard.ts';
import { PathRefusal, show } from '../path-refusal.ts';
import type { ApplyOperations } from './apply-operations.ts';
import { diskOperations } from './apply-operations.ts';
import { appliesFolder, markEnded, storePlan } from './apply-plan.ts';
import { commitPlan, writeTemporaries } from './carry-out.ts';
import type { CheckedWrite } from './check-writes.ts';
import { checkWrites } from './check-writes.ts';
import { makePlan } from './make-plan.ts';
import { abandon, recoverApplies } from './recover-applies.ts';
import { rollBack } from './roll-back.ts';

export type ApplyOptions = {
  workspace: string;
  /** The workspace's state folder: journals and what was replaced are kept in it. */
  folder: string;
  isBeingEdited?: (path: string) => boolean | Promise<boolean>;
  operations?: ApplyOperations;
};

export function createApply(options: ApplyOptions): Apply {
  return {
    async apply(writes, signal) {
      signal.throwIfAborted();
      const root = await workspaceRoot(options.workspace);
      await requireNoneUnfinished(options, root);
      const checks = {
        root,
        guard: createPathGuard(root),
        isBeingEdited: options.isBeingEdited ?? (() => false),
      };
      const { checked, refused } = await checkWrites(writes, checks, signal);
      if (refused.length > 0) return { applied: false, refused };
      return applyChecked(options, { root, checked }, signal);
    },
  };
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

async function requireNoneUnfinished(
  { folder, operations }: ApplyOptions,
  root: string,
): Promise<void> {
  const earlier = await recoverApplies(folder, root, operations);
  if (earlier.some(({ outcome }) => outcome === 'in-progress')) {
    throw new MusterError(
      'in-use',
      'Changes are being applied to this workspace right now, here or in another window. Nothing was done. Wait for it to end, then apply again.',
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

async function applyChecked(
  options: ApplyOptions,
  { root, checked }: { root: string; checked: readonly CheckedWrite[] },
  signal: AbortSignal,
): Promise<ApplyOutcome> {
  const id = `${new Date().toISOString().replaceAll(/[-:.]/gu, '')}-${randomBytes(4).toString('hex')}`;
  const place = join(appliesFolder(options.folder), id);
  const operations = options.operations ?? diskOperations;
  const { plan, kept, written } = await makePlan(checked, { id, root });
  if (plan.files.length === 0) return { applied: true };
  try {
    await storePlan(place, plan, kept);
  } catch (error) {
    await rm(place, { recursive: true, force: true }).catch(() => {});
    throw applyFailed(error, true);
  }
  const carrying = { plan, guard: createPathGuard(root), operations };
  try {
    await writeTemporaries(carrying, written, signal);
    signal.throwIfAborted();
    await commitPlan(carrying);
    await markEnded(place, 'applied');
    return { applied: true };
  } catch (error) {
    await takeBack({ plan, place, operations }, error);
    throw signal.aborted && error === signal.reason ? error : applyFailed(error, true);
  }
}

/** @throws MusterError `apply-failed` that names what is not as it was */
async function takeBack(rolling: Parameters<typeof rollBack>[0], cause: unknown): Promise<void> {
  const { place } = rolling;
  let foreign: string[];
  try {
    foreign = await rollBack(rolling);
  } catch (error) {
    await abandon(place);
    throw applyFailed(cause, false, `${place} (${reasonOf(error)})`);
  }
  if (foreign.length === 0) {
    await rm(place, { recursive: true, force: true }).catch(() => {});
    return;
  }
  await markEnded(place, 'rolled-back').catch(() => {});
  throw new MusterError(
    'apply-failed',
    `The changes could not be applied: ${reasonOf(cause)}. All was put back as it was, except what another program changed meanwhile, which was left alone: ${foreign.join(', ')}. What stood there before is kept in ${place}. Look at these files, then apply again.`,
    { cause },
  );
}

function applyFailed(cause: unknown, isAsItWas: boolean, keptIn = ''): MusterError {
  const state = isAsItWas
    ? 'The workspace is as it was before. Remove the cause, then apply again.'
    : `Putting everything back failed as well. What was replaced is kept in ${keptIn}; the next start tries again.`;
  return new MusterError(
    'apply-failed',
    `The changes could not be applied: ${reasonOf(cause)}. ${state}`,
    { cause },
  );
}

function reasonOf(error: unknown): string {
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'the system does not permit writing there';
    case 'EBUSY':
    case 'ETXTBSY':
      return 'another program keeps a file locked';
  }
  if (error instanceof PathRefusal) return `${show(error.given)} is refused: ${error.reason}`;
  if (isMusterError(error)) return error.userMessage.replace(/\.$/u, '');
  return error instanceof Error ? error.message : String(error);
}
