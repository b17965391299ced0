/** Finishes what a process that died left half-applied: taken back wholly, or found complete. */
import { access, mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processIdentity } from '../process-identity.ts';
import type { ApplyOperations } from './apply-operations.ts';
import { diskOperations } from './apply-operations.ts';
import type { ApplyPlan } from './apply-plan.ts';
import { appliesFolder, listApplies, markEnded, readEnded, readPlan } from './apply-plan.ts';
import { isState, removeEmptyFolders } from './carry-out.ts';
import type { Buffers } from './editor-hooks.ts';
import { removeKept } from './kept-bytes.ts';
import { rollBack } from './roll-back.ts';
import { hashOf, lookAt } from './workspace-file.ts';

export type FoundApply = {
  id: string;
  kind: ApplyPlan['kind'];
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
  tools: { operations?: ApplyOperations | undefined; buffers?: Buffers | undefined } = {},
): Promise<FoundApply[]> {
  const root = await realpath(workspace).catch(() => undefined);
  // A workspace that is gone may come back.
  if (root === undefined) return [];
  const { operations = diskOperations, buffers } = tools;
  const recovered: FoundApply[] = [];
  for (const id of await unfinished(folder)) {
    const place = join(appliesFolder(folder), id);
    const outcome = await recoverOne({ id, place, root, operations, buffers });
    if (outcome !== undefined) recovered.push(outcome);
  }
  return recovered;
}

async function unfinished(folder: string): Promise<string[]> {
  const ids = await listApplies(folder);
  const ended = await Promise.all(
    ids.map((id) => readEnded(join(appliesFolder(folder), id)).catch(() => undefined)),
  );
  return ids.filter((_, index) => ended[index] === undefined);
}

type One = {
  id: string;
  place: string;
  root: string;
  operations: ApplyOperations;
  buffers: Buffers | undefined;
};

async function recoverOne(one: One): Promise<FoundApply | undefined> {
  const { id, place, root, operations, buffers } = one;
  const nothing = { id, kind: 'apply' as const, files: [], foreign: [], folder: place };
  try {
    const plan = await readPlan(place);
    if (plan === undefined) {
      await removeIfOld(place);
      return undefined;
    }
    if (plan.workspace !== root) return undefined;
    const files = [...plan.files, ...plan.buffers].map((file) => file.path);
    const found = { ...nothing, kind: plan.kind, files };
    if (await isBeingCarriedOut(plan, place)) return { ...found, outcome: 'in-progress' };
    if (await isInPlace(plan, buffers)) {
      await removeEmptyFolders(
        { plan, operations },
        plan.oldFolders.map(({ path }) => path),
      );
      await markEnded(place, { outcome: 'applied', recovered: true });
      return { ...found, outcome: 'completed' };
    }
    const foreign = await rollBack({ plan, place, operations, buffers });
    await markEnded(place, { outcome: 'rolled-back', recovered: true, foreign });
    // What somebody changed meanwhile may be needed to sort things out by hand.
    if (foreign.length === 0) await removeKept(place);
    return { ...found, foreign, outcome: 'rolled-back' };
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

async function isInPlace(plan: ApplyPlan, buffers: Buffers | undefined): Promise<boolean> {
  for (const file of plan.files) {
    const state = await lookAt({ root: plan.workspace, path: file.path });
    const gaveWay = file.after === undefined && state.kind === 'folder';
    if (!gaveWay && !isState(state, file.after)) return false;
  }
  if (plan.buffers.length === 0) return true;
  const open = new Map((await buffers?.unsaved())?.map(({ path, bytes }) => [path, hashOf(bytes)]));
  return plan.buffers.every(({ path, after }) => open.get(path) === after);
}
