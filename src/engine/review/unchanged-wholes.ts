/** Files without hunks that came back as they were: only their bytes can tell, where a hunk has its id. */
import type { FileChange, ReviewedFile } from '../../shared/changes.ts';
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
  const paths = files.flatMap((file) => {
    const before = earlierDecisions.find((each) => each.path === file.path);
    return before && isSameWhole(before, file) ? [file.path] : [];
  });
  if (paths.length === 0) return [];
  const same = async (left: string, right: string) => {
    const before = left === right ? [] : await staging.readFiles(left, paths);
    const now = left === right ? [] : await staging.readFiles(right, paths);
    return paths.map((_, index) => areEqual(before[index], now[index]));
  };
  const [bases, heads] = [
    await same(earlierTrees.base, trees.base),
    await same(earlierTrees.head, trees.head),
  ];
  return paths.filter((_, index) => bases[index] && heads[index]);
}

function isSameWhole(before: ReviewedFile, now: FileChange): boolean {
  return (
    before.hunks.length === 0 &&
    now.hunks.length === 0 &&
    before.baseMode === now.baseMode &&
    before.headMode === now.headMode
  );
}

function areEqual(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
