/** Checks every file of an apply before the first is touched; each refusal says why and what to do. */
import { join } from 'node:path';
import type { Conflict, FileWrite, Refusal } from '../../engine/apply-port.ts';
import { assertNever } from '../../shared/assert-never.ts';
import { isMusterError } from '../../shared/muster-error.ts';
import { type MergeTexts, mergeTogether } from '../git/merge-texts.ts';
import type { PathGuard, Place } from '../path-guard.ts';
import { PathRefusal } from '../path-refusal.ts';
import { brokenNameRule } from '../path-rules.ts';
import type { OpenText } from './editor-hooks.ts';
import { type Expanded, expandRenames } from './expand-renames.ts';
import {
  folderProblem,
  isFolder,
  onlyDeletedIn,
  permissionProblem,
  problemOf,
  unsavedProblem,
} from './file-problem.ts';
import { inGroups } from './in-groups.ts';
import { linkProblem } from './link-problem.ts';
import { conflictOf, mergeWrite } from './merge-write.ts';
import { lackingYes, lackingYesAsWritten } from './own-yes.ts';
import type { FileState } from './workspace-file.ts';
import { foldersAbove, lookAt, namesOf } from './workspace-file.ts';

/** `permissions`: those that a new file is to have; `moved`: it goes on under another name. */
export type PlannedWrite = FileWrite & { permissions?: number; moved?: true };

export type CheckedWrite = {
  write: PlannedWrite;
  state: FileState;
  /** It was changed since the run began, and both are in `write`. */
  merged: boolean;
  /** `state` is that of a document with unsaved changes, which is edited instead of the file. */
  open: boolean;
};

export type Checks = {
  /** The workspace's real path. */
  root: string;
  guard: PathGuard;
  /** Documents with unsaved changes that can be edited as such. */
  open: ReadonlyMap<string, OpenText>;
  /** True while an editor holds unsaved changes of the file that cannot. */
  isBeingEdited(path: string): boolean | Promise<boolean>;
};

const knownModes: ReadonlySet<string | undefined> = new Set([
  undefined,
  '100644',
  '100755',
  '120000',
]);

export type CheckResult = {
  checked: CheckedWrite[];
  /** Nothing is left to do: a run resumed after its apply, or the person made the same change. */
  inPlace: string[];
  refused: Refusal[];
  conflicts: Conflict[];
};

type Outcome =
  | ({ outcome: 'checked' } & CheckedWrite)
  | { outcome: 'in-place' }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'conflict'; conflict: Conflict };

/** Those of them that moved on are merged by one process. */
const checkedTogether = 64;

export async function checkWrites(
  writes: readonly PlannedWrite[],
  checks: Checks,
  signal: AbortSignal,
): Promise<CheckResult> {
  const merge = mergeTogether(signal);
  const expanded = await expandAll(writes, { ...checks, merge });
  const { writes: plain } = expanded;
  const deleted = pathsOf(plain, (after) => after === undefined);
  const written = pathsOf(plain, (after) => after !== undefined);
  const outcomes = new Map<PlannedWrite, Outcome>();
  const check = { ...checks, deleted, written, merge };
  const checkIt = async (write: PlannedWrite) => {
    signal.throwIfAborted();
    outcomes.set(write, await checkOne(write, check));
  };
  await inGroups(plain, checkIt, checkedTogether);
  const { refused, conflicts } = expanded;
  const result: CheckResult = { checked: [], inPlace: [], refused, conflicts };
  const seen = new Set<string>();
  for (const write of plain) {
    const isBelowAnother =
      write.after !== undefined && foldersAbove(write.path).some((each) => written.has(each));
    const clash = seen.has(write.path) || isBelowAnother;
    seen.add(write.path);
    const outcome = clash ? samePath : (outcomes.get(write) ?? samePath);
    const merged = outcome.outcome === 'checked' && expanded.merged.has(write.path);
    addTo(result, write.path, merged ? { ...outcome, merged } : outcome);
  }
  return result;
}

function pathsOf(
  writes: readonly PlannedWrite[],
  fits: (after: Uint8Array | undefined) => boolean,
): Set<string> {
  return new Set(writes.filter(({ after }) => fits(after)).map(({ path }) => path));
}

async function expandAll(
  writes: readonly PlannedWrite[],
  checks: Checks & { merge: MergeTexts },
): Promise<Expanded> {
  const going = writes.flatMap(({ path, renamedFrom, after }) => [
    ...(renamedFrom === undefined ? [] : [renamedFrom]),
    ...(after === undefined ? [path] : []),
  ]);
  const looking = {
    look: (path: string) => locate({ path, before: nothing }, new Set(going), checks),
    isUnsaved: async (path: string) => checks.open.has(path) || (await checks.isBeingEdited(path)),
    merge: checks.merge,
  };
  return expandRenames(writes, looking, checkedTogether);
}

const nothing = new Uint8Array();

const samePath = refusal(
  'another change in this set uses the same path. Nothing was applied; ask for changes so that the two agree.',
);

function addTo(result: CheckResult, path: string, outcome: Outcome): void {
  switch (outcome.outcome) {
    case 'checked': {
      const { outcome: _, ...checked } = outcome;
      result.checked.push(checked);
      return;
    }
    case 'in-place':
      result.inPlace.push(path);
      return;
    case 'refused':
      result.refused.push({ path, reason: outcome.reason });
      return;
    case 'conflict':
      result.conflicts.push(outcome.conflict);
      return;
    default:
      assertNever(outcome);
  }
}

type OneCheck = Checks & {
  deleted: ReadonlySet<string>;
  written: ReadonlySet<string>;
  merge: MergeTexts;
};

async function checkOne(write: PlannedWrite, check: OneCheck): Promise<Outcome> {
  if (!knownModes.has(write.beforeMode) || !knownModes.has(write.afterMode)) {
    return refusal(
      'it is not a file or a symbolic link (a nested repository perhaps), and only those are applied. Reject it to go on.',
    );
  }
  try {
    const lacking = lackingYes(write);
    if (lacking !== undefined) return refusal(lacking);
    const open = check.open.get(write.path);
    if (open === undefined && (await check.isBeingEdited(write.path))) return unsavedRefusal;
    const state = asEdited(await locate(write, check.deleted, check), open);
    return await meet(write, { state, open: open !== undefined }, check);
  } catch (error) {
    return refusal(problemOf(error));
  }
}

/** Against what stands there now. */
async function meet(
  write: PlannedWrite,
  { state, open }: { state: FileState; open: boolean },
  check: OneCheck,
): Promise<Outcome> {
  if (isInPlace(write, state)) return { outcome: 'in-place' };
  if (state.kind === 'folder') {
    // Its place was taken already by what the same set puts below it.
    const gaveWay = [...check.written].some((each) => each.startsWith(`${write.path}/`));
    if (write.after === undefined && gaveWay) return { outcome: 'in-place' };
    const givesWay =
      write.before === undefined && (await onlyDeletedIn(check.root, write.path, check.deleted));
    if (!givesWay) return refusal(folderProblem(write));
    return passed({ write, state, merged: false, open }, check);
  }
  const met = await mergeWrite(write, state, check.merge);
  if (met.outcome === 'conflict') return met;
  const wanted = met.outcome === 'merged' ? { ...write, ...met.write } : write;
  if (isInPlace(wanted, state)) return { outcome: 'in-place' };
  const why = lackingYesAsWritten(wanted, state);
  if (why !== undefined) return conflictOf(write, state, { why, merge: check.merge });
  return passed({ write: wanted, state, merged: met.outcome === 'merged', open }, check);
}

async function passed(checked: CheckedWrite, check: OneCheck): Promise<Outcome> {
  const { write, state, open } = checked;
  // An editor holds text: no deletion, no link, no permission, and no file that is not there yet.
  if (open && !isEditOfText(checked)) return unsavedRefusal;
  const problem =
    (open ? undefined : await permissionProblem(write, state, check.root)) ??
    (await linkProblem(write, check));
  return problem === undefined ? { outcome: 'checked', ...checked } : refusal(problem);
}

const unsavedRefusal = refusal(unsavedProblem);

function refusal(reason: string) {
  return { outcome: 'refused', reason } as const;
}

/** What the editor shows is what the person means, whatever is on the disk. */
function asEdited(state: FileState, open: OpenText | undefined): FileState {
  if (open === undefined || state.kind !== 'file') return state;
  return { ...state, bytes: open.bytes };
}

function isEditOfText({ write, state }: CheckedWrite): boolean {
  const isLink = [write.beforeMode, write.afterMode].includes('120000');
  if (state.kind !== 'file' || write.after === undefined || isLink) return false;
  const wanted = write.afterMode === undefined ? state.executable : write.afterMode === '100755';
  return process.platform === 'win32' || wanted === state.executable;
}

function isInPlace({ after, afterMode }: FileWrite, state: FileState): boolean {
  switch (state.kind) {
    case 'missing':
      return after === undefined;
    case 'folder':
      return false;
    case 'link':
      return (
        after !== undefined && afterMode === '120000' && Buffer.compare(state.bytes, after) === 0
      );
    case 'file': {
      if (after === undefined || afterMode === '120000') return false;
      const sameMode =
        afterMode === undefined ||
        process.platform === 'win32' ||
        state.executable === (afterMode === '100755');
      return sameMode && Buffer.compare(state.bytes, after) === 0;
    }
  }
}

async function locate(
  write: FileWrite,
  deleted: ReadonlySet<string>,
  { guard, root }: Checks,
): Promise<FileState> {
  const { path } = write;
  const existing = write.before !== undefined;
  // Where a file gives way to a folder of its name there is nothing to walk through yet.
  const givingWay = foldersAbove(path).find((each) => deleted.has(each));
  if (givingWay !== undefined && !(await isFolder(join(root, givingWay)))) {
    for (const name of namesOf(path)) {
      const rule = brokenNameRule(name, { platform: process.platform, existing });
      if (rule !== undefined || name === '..') throw new PathRefusal(path, rule ?? 'outside');
    }
    return { kind: 'missing' };
  }
  let place: Place;
  try {
    place = await guard.locate(path, { noLinks: true, keepLastLink: 'any', existing });
  } catch (error) {
    // Below what is a file by now there is nothing to delete.
    if (isMusterError(error) && error.code === 'not-found' && write.after === undefined) {
      return { kind: 'missing' };
    }
    throw error;
  }
  if (place.names.length === 0) throw new PathRefusal(path, 'root');
  // Another spelling of a path could slip past what was decided for it.
  if (place.path !== path) throw new PathRefusal(path, 'outside');
  return lookAt({ root, path });
}
