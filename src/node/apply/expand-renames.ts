/** A renamed file becomes a deletion and a new file, merged with what was changed under the old name since. */
import type { Conflict, FileWrite, Refusal } from '../../engine/apply-port.ts';
import type { MergeTexts } from '../git/merge-texts.ts';
import type { PlannedWrite } from './check-writes.ts';
import { folderProblem, problemOf, unsavedProblem } from './file-problem.ts';
import { inGroups } from './in-groups.ts';
import { conflictOf, mergeWrite, type Standing, sideOf } from './merge-write.ts';
import { type FileState, withExecutable } from './workspace-file.ts';

type Rename = FileWrite & { renamedFrom: string };

type Looking = {
  look(path: string): Promise<FileState>;
  /** True while an editor holds unsaved changes of the file. */
  isUnsaved(path: string): Promise<boolean>;
  merge: MergeTexts;
};

export type Expanded = {
  writes: PlannedWrite[];
  /** New paths whose bytes hold what was changed under the old name. */
  merged: Set<string>;
  refused: Refusal[];
  conflicts: Conflict[];
};

type One =
  | { outcome: 'writes'; writes: PlannedWrite[]; merged: boolean }
  | { outcome: 'refused'; reason: string }
  | { outcome: 'conflict'; conflict: Conflict };

export async function expandRenames(
  writes: readonly PlannedWrite[],
  looking: Looking,
  together: number,
): Promise<Expanded> {
  const ones = new Map<PlannedWrite, One>();
  const renames = writes.filter(isRename);
  const expandIt = async (write: Rename) => {
    ones.set(write, await expand(write, looking).catch(refusalOf));
  };
  await inGroups(renames, expandIt, together);
  const expanded: Expanded = { writes: [], merged: new Set(), refused: [], conflicts: [] };
  for (const write of writes) {
    const one = ones.get(write) ?? { outcome: 'writes', writes: [write], merged: false };
    switch (one.outcome) {
      case 'writes':
        expanded.writes.push(...one.writes);
        if (one.merged) expanded.merged.add(write.path);
        break;
      case 'refused':
        expanded.refused.push({ path: write.path, reason: one.reason });
        break;
      case 'conflict':
        expanded.conflicts.push(one.conflict);
    }
  }
  return expanded;
}

function isRename(write: PlannedWrite): write is Rename {
  return write.renamedFrom !== undefined;
}

function refusalOf(error: unknown): One {
  return { outcome: 'refused', reason: problemOf(error) };
}

async function expand(write: Rename, { look, isUnsaved, merge }: Looking): Promise<One> {
  if (await isUnsaved(write.renamedFrom)) return { outcome: 'refused', reason: unsavedProblem };
  const [old, there] = [await look(write.renamedFrom), await look(write.path)];
  if (old.kind === 'folder') return { outcome: 'refused', reason: folderProblem(write) };
  const asItIs = { outcome: 'writes', writes: plainWrites(write, old), merged: false } as const;
  // Done already, by an apply that was not noted or by the person.
  if (old.kind === 'missing' && isThere(write, there)) return asItIs;
  const conflict = async (why: string): Promise<One> => ({
    outcome: 'conflict',
    conflict: await conflictAt(write, { old, there }, { why, merge }),
  });
  if (there.kind === 'file' || there.kind === 'link') {
    return conflict('a file of this name was made since the run began');
  }
  const met = await mergeWrite(write, old, merge);
  switch (met.outcome) {
    case 'fits':
      return asItIs;
    case 'merged': {
      const writes = plainWrites({ ...write, ...met.write }, old);
      return { outcome: 'writes', writes, merged: true };
    }
    case 'conflict':
      return conflict(met.conflict.reason);
  }
}

function isThere({ after }: FileWrite, there: FileState): boolean {
  return after !== undefined && 'bytes' in there && Buffer.compare(there.bytes, after) === 0;
}

/** The old name goes as it stands now; the new one keeps its permissions. */
function plainWrites(write: Rename, old: Standing): PlannedWrite[] {
  const { renamedFrom, before: _, beforeMode: __, ...made } = write;
  const now = sideOf(old);
  const gone: PlannedWrite = {
    path: renamedFrom,
    ...(now && { before: now.bytes, beforeMode: now.mode }),
    ...(write.confirmed === true && { confirmed: true }),
    moved: true,
  };
  if (old.kind !== 'file' || write.afterMode === '120000') return [gone, made];
  const executable = write.afterMode === undefined ? old.executable : write.afterMode === '100755';
  const permissions =
    executable === old.executable ? old.permissions : withExecutable(old.permissions, executable);
  return [gone, { ...made, permissions }];
}

/** Named for the new path; what stands under the old one is part of what is decided anew. */
async function conflictAt(
  write: Rename,
  { old, there }: { old: Standing; there: FileState },
  { why, merge }: { why: string; merge: MergeTexts },
): Promise<Conflict> {
  const { conflict } = await conflictOf(write, old, { why, merge });
  const { now: oldNow, ...named } = conflict;
  const now = there.kind === 'folder' ? undefined : sideOf(there);
  return {
    ...named,
    ...(now && { now }),
    from: { path: write.renamedFrom, ...(oldNow && { now: oldNow }) },
  };
}
