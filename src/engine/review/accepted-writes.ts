/** From decisions to bytes: each file with an accepted change, as it was and as it is to be. */
import { basePath, type ReviewedFile } from '../../shared/changes.ts';
import type { FileWrite } from '../apply-port.ts';
import type { Staging } from '../ports.ts';
import { applyDecisions } from './apply-decisions.ts';

export async function acceptedWrites(
  staging: Staging,
  { base, head }: { base: string; head: string },
  files: readonly ReviewedFile[],
): Promise<FileWrite[]> {
  const paths = files.map(({ path }) => path);
  const before = await staging.readFiles(base, files.map(basePath));
  const proposed = await staging.readFiles(head, paths);
  return files.map((file, index) => writeFor(file, before[index], proposed[index]));
}

/** For files that were in conflict: what the run began with, where all that it proposed was accepted. */
export async function withOrigins(
  staging: Staging,
  { base, head }: { base: string; head: string },
  { writes, files }: { writes: readonly FileWrite[]; files: readonly ReviewedFile[] },
): Promise<FileWrite[]> {
  const inConflict = files.filter((file) => file.conflict && file.renamedFrom === undefined);
  const paths = inConflict.map(({ path }) => path);
  if (paths.length === 0) return [...writes];
  const began = await staging.readFiles(base, paths);
  const proposed = await staging.readFiles(head, paths);
  return writes.map((write) => {
    const index = paths.indexOf(write.path);
    if (index < 0 || !isSame(proposed[index], write.after)) return write;
    const bytes = began[index];
    return { ...write, origin: bytes ? { bytes } : {} };
  });
}

function isSame(left: Uint8Array | undefined, right: Uint8Array | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

function writeFor(
  file: ReviewedFile,
  before: Uint8Array | undefined,
  proposed: Uint8Array | undefined,
): FileWrite {
  const { path, baseMode, headMode, hunks, renamedFrom } = file;
  const after = hunks.length === 0 ? proposed : applyDecisions(before, proposed, file);
  // A file whose deletion was accepted in part stays, with the mode that it had.
  const afterMode = after === undefined ? undefined : (headMode ?? baseMode);
  return {
    path,
    ...(renamedFrom !== undefined && { renamedFrom }),
    ...(before && { before }),
    ...(after && { after }),
    ...(baseMode !== undefined && { beforeMode: baseMode }),
    ...(afterMode !== undefined && { afterMode }),
    ...(file.confirmed === true && { confirmed: true }),
    proposal: {
      ...(proposed && { bytes: proposed }),
      ...(headMode !== undefined && { mode: headMode }),
    },
  };
}

/** Everything that was not rejected, where nothing was accepted yet. */
export function asProposed(file: ReviewedFile): ReviewedFile {
  const accept = (decision: ReviewedFile['whole']) =>
    decision === 'rejected' ? 'rejected' : 'accepted';
  const decisions = file.hunks.map(
    ({ id }) => [id, accept(file.decisions[id] ?? 'undecided')] as const,
  );
  return { ...file, whole: accept(file.whole), decisions: Object.fromEntries(decisions) };
}
