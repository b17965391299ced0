/** Files without hunks that came back as they were: only their bytes can tell, where a hunk has its id. */
import { basePath, type FileChange, type ReviewedFile } from '../../shared/changes.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { Staging } from '../ports.ts';

type Trees = { base: string; head: string };

/** @returns the paths of those that were decided on and are the same on both sides */
export async function unchangedWholes(
  staging: Staging,
  { earlierDecisions = [], earlierTrees }: Pick<RunState, 'earlierDecisions' | 'earlierTrees'>,
  { files, ...trees }: Trees & { files: readonly FileChange[] },
): Promise<string[]> {
  if (!earlierTrees) return [];
  const wholes = files.filter((file) => {
    const before = earlierDecisions.find((each) => each.path === file.path);
    return before && isSameWhole(before, file);
  });
  if (wholes.length === 0) return [];
  const same = async ([left, right]: readonly [string, string], paths: readonly string[]) => {
    const before = left === right ? [] : await staging.readFiles(left, paths);
    const now = left === right ? [] : await staging.readFiles(right, paths);
    return paths.map((_, index) => areEqual(before[index], now[index]));
  };
  const paths = wholes.map(({ path }) => path);
  const bases = await same([earlierTrees.base, trees.base], wholes.map(basePath));
  const heads = await same([earlierTrees.head, trees.head], paths);
  return paths.filter((_, index) => bases[index] && heads[index]);
}

function isSameWhole(before: ReviewedFile, now: FileChange): boolean {
  return (
    before.hunks.length === 0 &&
    now.hunks.length === 0 &&
    before.renamedFrom === now.renamedFrom &&
    before.baseMode === now.baseMode &&
    before.headMode === now.headMode
  );
}

function areEqual(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
