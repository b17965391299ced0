/** A change set as a patch for `git apply`: what was accepted, or what may still be. */
import { hasAccepted } from '../../shared/changes.ts';
import { MusterError } from '../../shared/muster-error.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { Staging } from '../ports.ts';
import { acceptedWrites, asProposed } from './accepted-writes.ts';

/** @throws MusterError `wrong-decision` before there is a change set */
export async function patchOf(
  staging: Staging,
  { changes, status }: RunState,
  { fits, signal }: { fits: (path: string) => boolean; signal: AbortSignal },
): Promise<Uint8Array> {
  if (!changes) {
    throw new MusterError('wrong-decision', `The run is ${status}; it has no changes yet.`);
  }
  const decided = changes.files.some(hasAccepted) ? changes.files : changes.files.map(asProposed);
  const accepted = decided.filter((file) => hasAccepted(file) && fits(file.path));
  const writes = await acceptedWrites(staging, changes, accepted);
  const files = writes.flatMap(({ path, renamedFrom, after, afterMode }) => [
    ...(renamedFrom === undefined ? [] : [{ path: renamedFrom }]),
    { path, ...(after && { side: { bytes: after, mode: afterMode ?? '100644' } }) },
  ]);
  const tree = await staging.replaceFiles(changes.base, files, signal);
  return staging.patch(changes.base, tree, signal);
}
