/** Takes back what a run applied, merged with what the person changed since; what conflicts is left as it is. */
import { join } from 'node:path';
import type { Refusal, RevertOutcome } from '../../engine/apply-port.ts';
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import type { ApplyPlan, Content } from './apply-plan.ts';
import { appliesFolder, listApplies, readEnded, readPlan } from './apply-plan.ts';
import { type ApplyOptions, carryThrough, checkNow, openWorkspace } from './carry-through.ts';
import type { CheckResult, PlannedWrite } from './check-writes.ts';
import { inGroups } from './in-groups.ts';
import { readKept } from './kept-bytes.ts';

export async function revertRun(
  options: ApplyOptions,
  signal: AbortSignal,
): Promise<RevertOutcome> {
  signal.throwIfAborted();
  const root = await openWorkspace(options);
  const applies = await appliesOf(options, root);
  if (applies.length === 0) throw nothingKept();
  const { writes, damaged } = await writesBack(applies);
  const { result, left } = await checkAll(options, { root, writes }, signal);
  const { checked } = result;
  // A folder that was there before, empty, stays.
  const mayGo = new Set(applies.flatMap(({ plan }) => plan.newFolders));
  const folderPermissions = new Map(
    applies.flatMap(({ plan }) => plan.oldFolders.map((each) => [each.path, each.permissions])),
  );
  const through = { root, checked, kind: 'revert', mayGo, folderPermissions } as const;
  await carryThrough(options, through, signal);
  const reverted = [...checked.map(({ write }) => write.path), ...result.inPlace];
  return { reverted: reverted.toSorted(), left: [...damaged, ...left].toSorted(byPath) };
}

function byPath(left: Refusal, right: Refusal): number {
  return left.path < right.path ? -1 : 1;
}

type Stored = { place: string; plan: ApplyPlan };

/** Newest first, as they are taken back. */
async function appliesOf({ folder, run }: ApplyOptions, root: string): Promise<Stored[]> {
  const found: Stored[] = [];
  for (const id of (await listApplies(folder)).toReversed()) {
    const place = join(appliesFolder(folder), id);
    const ended = await readEnded(place);
    const plan = ended?.outcome === 'applied' ? await readPlan(place) : undefined;
    const isOurs = run !== undefined && plan?.run === run && plan.workspace === root;
    if (plan && isOurs && plan.kind === 'apply') found.push({ place, plan });
  }
  return found;
}

/** From what the newest apply left to what stood there before the oldest. */
async function writesBack(
  applies: readonly Stored[],
): Promise<{ writes: PlannedWrite[]; damaged: Refusal[] }> {
  const writes = new Map<string, PlannedWrite>();
  const damaged: Refusal[] = [];
  for (const stored of applies) {
    await inGroups([...stored.plan.files, ...stored.plan.buffers.map(asFile)], async (file) => {
      const { path } = file;
      try {
        writes.set(path, await writeBack(stored, file, writes.get(path)));
      } catch (error) {
        if (!isMusterError(error)) throw error;
        writes.delete(path);
        damaged.push({ path, reason: error.userMessage });
      }
    });
  }
  return { writes: [...writes.values()], damaged };
}

/** @param newer what is to be taken back before it */
async function writeBack(
  { place, plan }: Stored,
  { path, before, after }: Changed,
  newer: PlannedWrite | undefined,
): Promise<PlannedWrite> {
  const read = (hash: string) => readKept(place, { index: plan.kept, hash, path });
  // Asking for the revert is the yes to a protected file too: it goes back to what the person had.
  const write: PlannedWrite = { path, confirmed: true };
  if (newer?.before) write.before = newer.before;
  if (newer?.beforeMode) write.beforeMode = newer.beforeMode;
  if (newer === undefined && after) {
    write.before = await read(after.hash);
    const mode = modeOf(after);
    if (mode) write.beforeMode = mode;
  }
  if (before === undefined) return write;
  write.after = await read(before.hash);
  const mode = modeOf(before);
  if (mode) write.afterMode = mode;
  if (before.permissions !== undefined) write.permissions = before.permissions;
  return write;
}

type Side = {
  hash: string;
  kind?: Content['kind'];
  executable?: boolean;
  permissions?: number | undefined;
};
type Changed = { path: string; before?: Side | undefined; after?: Side | undefined };

/** A document has text alone, whatever its file is by now. */
function asFile({ path, before, after }: ApplyPlan['buffers'][number]): Changed {
  return { path, before: { hash: before }, after: { hash: after } };
}

function modeOf({ kind, executable }: Side): string | undefined {
  if (kind === undefined) return undefined;
  if (kind === 'link') return '120000';
  return executable ? '100755' : '100644';
}

/** Without those that cannot be taken back the others are looked at again: they may have stood in each other's way. */
async function checkAll(
  options: ApplyOptions,
  { root, writes }: { root: string; writes: readonly PlannedWrite[] },
  signal: AbortSignal,
): Promise<{ result: CheckResult; left: Refusal[] }> {
  const left: Refusal[] = [];
  let rest = writes;
  for (;;) {
    const result = await checkNow(options, { root, writes: rest }, signal);
    const stay = [
      ...result.conflicts.map(({ path, reason }) => ({ path, reason: sinceApply(reason) })),
      ...result.refused,
    ];
    if (stay.length === 0) return { result, left };
    left.push(...stay);
    const paths = new Set(stay.map(({ path }) => path));
    rest = rest.filter(({ path }) => !paths.has(path));
  }
}

function sinceApply(reason: string): string {
  const words = reason.replace('since the run began', 'since it was applied');
  return `${words}. It was left as it is: look at it, and undo by hand what you do not want.`;
}

function nothingKept(): MusterError {
  return new MusterError(
    'not-found',
    'What this run replaced is no longer kept, so it cannot be reverted. Nothing was changed. Use the history of your repository or of the editor instead.',
  );
}
