/** What differs in some files of two trees when it is known already which file was which before, and not to be guessed anew. */
import { basePath, type FileChange } from '../../shared/changes.ts';
import type { FileSide } from '../apply-port.ts';
import type { Staging } from '../ports.ts';

/** `baseMode` absent where the file does not exist in the base. */
export type Paired = Pick<FileChange, 'path' | 'renamedFrom' | 'baseMode'>;

/** @returns in the order of `files`; undefined for one that is the same on both sides */
export async function diffAsPaired(
  staging: Staging,
  { base, head }: { base: string; head: string },
  { files, signal }: { files: readonly Paired[]; signal: AbortSignal },
): Promise<Array<FileChange | undefined>> {
  const before = await staging.readFiles(base, files.map(basePath));
  const after = await staging.readFiles(
    head,
    files.map(({ path }) => path),
  );
  const sides = files.map(({ path, baseMode: mode }, at) => {
    const bytes = before[at];
    const side: FileSide | undefined = bytes && mode !== undefined ? { bytes, mode } : undefined;
    return { path, ...(side && { side }) };
  });
  const there = sides.filter((_, at) => after[at] !== undefined);
  const gone = sides.filter(({ side }, at) => after[at] === undefined && side !== undefined);
  // In neither pair of trees something goes while something else comes: git can pair nothing.
  const found = [
    ...(there.length === 0 ? [] : await diffFrom(staging, { head, files: there }, signal)),
    ...(gone.length === 0 ? [] : await diffWithout(staging, { base, files: gone }, signal)),
  ];
  const changes = new Map(found.map((change) => [change.path, change]));
  return files.map((file, at) => {
    const isRename = file.renamedFrom !== undefined && sides[at]?.side && after[at];
    return isRename ? asRename(file, changes.get(file.path)) : changes.get(file.path);
  });
}

type Side = { path: string; side?: FileSide };

/** Each under the name that it has in the head, whatever it was called before. */
async function diffFrom(
  staging: Staging,
  { head, files }: { head: string; files: readonly Side[] },
  signal: AbortSignal,
): Promise<FileChange[]> {
  const from = await staging.replaceFiles(head, files, signal);
  return (await staging.diff(from, head, signal)).files;
}

async function diffWithout(
  staging: Staging,
  { base, files }: { base: string; files: readonly Side[] },
  signal: AbortSignal,
): Promise<FileChange[]> {
  const paths = files.map(({ path }) => ({ path }));
  const without = await staging.replaceFiles(base, paths, signal);
  return (await staging.diff(base, without, signal)).files;
}

/** One whose text is that of the base is still another name. */
function asRename(
  { path, renamedFrom, baseMode }: Paired,
  change: FileChange | undefined,
): FileChange {
  const renamed = renamedFrom === undefined ? {} : { renamedFrom };
  if (change) return { ...change, ...renamed };
  const modes = baseMode === undefined ? {} : { baseMode, headMode: baseMode };
  const none = { additions: 0, deletions: 0, binary: false, hunks: [] };
  return { path, ...renamed, status: 'modified', ...modes, ...none };
}
