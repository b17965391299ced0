/** Finishes what a process that died left half-applied: taken back wholly, or found complete. */
import { access, mkdir, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../file-errors.ts';
import { processIdentity } from '../process-identity.ts';
import type { ApplyOperations } from './apply-operations.ts';
import { diskOperations } from './apply-operations.ts';
import type { ApplyPlan } from './apply-plan.ts';
import { appliesFolder, markEnded, readEnded, readPlan } from './apply-plan.ts';
import { isState, removeEmptyFolders } from './carry-out.ts';
import { rollBack } from './roll-back.ts';
import { lookAt } from './workspace-file.ts';

export type RecoveredApply = {
  id: string;
  /**
   * `completed`: all of it was in place. `rolled-back`: none of it is. `in-progress`: another
   * process is at it. `failed`: neither could be reached; what was replaced is kept in `folder`.
   */
  outcome: 'completed' | 'rolled-back' | 'in-progress' | 'failed';
  files: string[];
  /** Files that somebody changed meanwhile: left as they are. */
  foreign: string[];
  folder: string;
  problem?: string;
};

/** To be called before a workspace is used; repeats harmlessly. `folder` is its state folder. */
export async function recoverApplies(
  folder: string,
  workspace: string,
  operations: ApplyOperations = diskOperations,
): Promise<RecoveredApply[]> {
  const root = await realpath(workspace).catch(() => undefined);
  // A workspace that is gone may come back.
  if (root === undefined) return [];
  const recovered: RecoveredApply[] = [];
  for (const id of await unfinished(folder)) {
    const place = join(appliesFolder(folder), id);
    const outcome = await recoverOne({ id, place, root, operations });
    if (outcome !== undefined) recovered.push(outcome);
  }
  return recovered;
}

async function unfinished(folder: string): Promise<string[]> {
  const ids = await readdir(appliesFolder(folder)).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  const ended = await Promise.all(
    ids.map((id) => readEnded(join(appliesFolder(folder), id)).catch(() => undefined)),
  );
  return ids.filter((_, index) => ended[index] === undefined).toSorted();
}

type One = { id: string; place: string; root: string; operations: ApplyOperations };

async function recoverOne({
  id,
  place,
  root,
  operations,
}: One): Promise<RecoveredApply | undefined> {
  const nothing = { id, files: [], foreign: [], folder: place };
  try {
    const plan = await readPlan(place);
    if (plan === undefined) {
      await removeIfOld(place);
      return undefined;
    }
    if (plan.workspace !== root) return undefined;
    const files = plan.files.map((file) => file.path);
    if (await isBeingCarriedOut(plan, place)) return { ...nothing, files, outcome: 'in-progress' };
    if (await isInPlace(plan)) {
      await removeEmptyFolders(
        { plan, operations },
        plan.oldFolders.map(({ path }) => path),
      );
      await markEnded(place, 'applied');
      return { ...nothing, files, outcome: 'completed' };
    }
    const foreign = await rollBack({ plan, place, operations });
    // What somebody changed meanwhile may be needed to sort things out by hand.
    if (foreign.length > 0) await markEnded(place, 'rolled-back');
    else await rm(place, { recursive: true, force: true });
    return { ...nothing, files, foreign, outcome: 'rolled-back' };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...nothing, outcome: 'failed', problem };
  }
}

/** Without a plan nothing was done; but another process may be about to write it. */
async function removeIfOld(place: string): Promise<void> {
  const { mtimeMs } = await stat(place);
  if (Date.now() - mtimeMs > 60 * 60 * 1000) await rm(place, { recursive: true, force: true });
}

const abandoned = 'abandoned';

/** Says that the process that lives on has given up, so that the next start may try. */
export async function abandon(place: string): Promise<void> {
  await mkdir(place, { recursive: true }).catch(() => {});
  await writeFile(join(place, abandoned), '').catch(() => {});
}

async function isBeingCarriedOut(plan: ApplyPlan, place: string): Promise<boolean> {
  const isAbandoned = await access(join(place, abandoned)).then(
    () => true,
    () => false,
  );
  if (isAbandoned) return false;
  return (await processIdentity(plan.owner.pid)) === plan.owner.identity;
}

async function isInPlace(plan: ApplyPlan): Promise<boolean> {
  for (const file of plan.files) {
    const state = await lookAt({ root: plan.workspace, path: file.path });
    const gaveWay = file.after === undefined && state.kind === 'folder';
    if (!gaveWay && !isState(state, file.after)) return false;
  }
  return true;
}
