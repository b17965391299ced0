/** The change set: collected when all tasks are settled, and applied as far as it was accepted. */
import type { FileChange, ReviewedFile } from '../../../shared/changes.ts';
import { hasAccepted } from '../../../shared/changes.ts';
import type { EventBody } from '../../../shared/events.ts';
import { type ChangedBytes, isManifest, protectionOf } from '../../../shared/protected-files.ts';
import type { FileWrite, Staging } from '../../ports.ts';
import { applyDecisions } from '../../review/apply-decisions.ts';
import { totalsOf } from '../completion.ts';
import type { RunContext } from '../run-context.ts';

export async function collectChanges(
  context: RunContext,
  signal: AbortSignal,
): Promise<EventBody[]> {
  const { snapshot, head } = context.state();
  if (!snapshot || head === undefined) throw new Error('There is no run head to compare');
  const { files } = await context.ports.staging.diff(snapshot.commit, head, signal);
  const base = snapshot.commit;
  const marked: FileChange[] = [];
  for (const file of files) marked.push(await marking(context.ports.staging, { base, head }, file));
  return [{ type: 'change:ready', base, head, files: marked }];
}

/** Says of a protected file that it is one; the contents are read only where the path does not tell. */
async function marking(
  staging: Staging,
  { base, head }: { base: string; head: string },
  file: FileChange,
): Promise<FileChange> {
  const { path } = file;
  const change: ChangedBytes = { path };
  if (isManifest(path)) {
    const [before, after] = [
      await staging.readFile(base, path),
      await staging.readFile(head, path),
    ];
    if (before !== undefined) change.before = before;
    if (after !== undefined) change.after = after;
  }
  const kind = protectionOf(change);
  return kind === undefined ? file : { ...file, protected: kind };
}

export async function applyChanges(context: RunContext, signal: AbortSignal): Promise<EventBody[]> {
  const state = context.state();
  const { changes } = state;
  if (!changes) throw new Error('There is no change set to apply');
  const accepted = changes.files.filter(hasAccepted);
  if (accepted.length === 0) {
    return [{ type: 'workflow:complete', outcome: 'none-accepted', totals: totalsOf(state) }];
  }
  const writes: FileWrite[] = [];
  for (const file of accepted) writes.push(await writeFor(context, changes, file));
  const outcome = await context.ports.apply.apply(writes, signal);
  if (!outcome.applied) return [{ type: 'change:refused', files: outcome.refused }];
  const files = accepted.map(({ path }, index) => ({ path, status: statusOf(writes[index]) }));
  return [{ type: 'change:applied', files }];
}

async function writeFor(
  context: RunContext,
  changes: { base: string; head: string },
  file: ReviewedFile,
): Promise<FileWrite> {
  const { staging } = context.ports;
  const before = await staging.readFile(changes.base, file.path);
  const proposed = await staging.readFile(changes.head, file.path);
  const after = file.hunks.length === 0 ? proposed : applyDecisions(before, proposed, file);
  return {
    path: file.path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(file.baseMode === undefined ? {} : { beforeMode: file.baseMode }),
    ...afterMode(file, after),
    ...(file.confirmed === true ? { confirmed: true } : {}),
  };
}

/** A file whose deletion was accepted in part stays, with the mode that it had. */
function afterMode(file: ReviewedFile, after: Uint8Array | undefined): { afterMode?: string } {
  if (after === undefined) return {};
  const mode = file.headMode ?? file.baseMode;
  return mode === undefined ? {} : { afterMode: mode };
}

function statusOf(write: FileWrite | undefined): 'added' | 'modified' | 'deleted' {
  if (write?.after === undefined) return 'deleted';
  return write.before === undefined ? 'added' : 'modified';
}
