/** The change set: collected when all tasks are settled, and applied as far as it was accepted. */
import type { FileConflict } from '../../../shared/changes.ts';
import { hasAccepted } from '../../../shared/changes.ts';
import type { EventBody } from '../../../shared/events.ts';
import type { LeftOut } from '../../../shared/left-out.ts';
import { isMusterError } from '../../../shared/muster-error.ts';
import type { ApplyOutcome, Conflict, FileWrite, Refusal } from '../../apply-port.ts';
import { acceptedWrites, withOrigins } from '../../review/accepted-writes.ts';
import { markProtected } from '../../review/mark-protected.ts';
import { rebaseConflicts } from '../../review/rebase-conflicts.ts';
import { unchangedWholes } from '../../review/unchanged-wholes.ts';
import { totalsOf } from '../completion.ts';
import type { RunContext } from '../run-context.ts';

export async function collectChanges(
  context: RunContext,
  signal: AbortSignal,
): Promise<EventBody[]> {
  const { snapshot, head } = context.state();
  if (!snapshot || head === undefined) throw new Error('There is no run head to compare');
  const { files } = await context.ports.staging.diff(snapshot.commit, head, signal);
  const trees = { base: snapshot.commit, head };
  const marked = await markProtected(context.ports.staging, trees, files);
  const asBefore = await unchangedWholes(context.ports.staging, context.state(), {
    ...trees,
    files: marked,
  });
  return [
    { type: 'change:ready', ...trees, files: marked, ...(asBefore.length > 0 && { asBefore }) },
  ];
}

export async function applyChanges(context: RunContext, signal: AbortSignal): Promise<EventBody[]> {
  const state = context.state();
  const { changes } = state;
  if (!changes) throw new Error('There is no change set to apply');
  const accepted = changes.files.filter(hasAccepted);
  if (accepted.length === 0) {
    return [{ type: 'workflow:complete', outcome: 'none-accepted', totals: totalsOf(state) }];
  }
  const { snapshot, head = changes.head } = state;
  const began = { base: snapshot?.commit ?? changes.base, head };
  const { staging } = context.ports;
  const decided = await acceptedWrites(staging, changes, accepted);
  const writes = await withOrigins(staging, began, { writes: decided, files: accepted });
  const outcome = await tryApply(context, writes, signal);
  if ('message' in outcome) return [{ type: 'change:refused', files: [], ...outcome }];
  if (!outcome.applied) return refuse(context, outcome, signal);
  const files = writes.map((write) => ({
    path: write.path,
    status: statusOf(write),
    ...(write.renamedFrom !== undefined && { renamedFrom: write.renamedFrom }),
    ...(outcome.merged.includes(write.path) && { merged: true as const }),
    ...(outcome.unsaved.includes(write.path) && { unsaved: true as const }),
  }));
  return [{ type: 'change:applied', files }];
}

/** What made it impossible may pass: the review stays open, so that the person can try again. */
async function tryApply(
  context: RunContext,
  writes: readonly FileWrite[],
  signal: AbortSignal,
): Promise<ApplyOutcome | { message: string }> {
  try {
    return await context.ports.apply.apply(writes, signal);
  } catch (error) {
    if (signal.aborted || !isMusterError(error)) throw error;
    return { message: error.userMessage };
  }
}

async function refuse(
  context: RunContext,
  outcome: Extract<ApplyOutcome, { applied: false }>,
  signal: AbortSignal,
): Promise<EventBody[]> {
  const { changes, snapshot } = context.state();
  const { refused, conflicts } = withoutHidden(outcome, snapshot?.leftOut ?? []);
  if (!changes || conflicts.length === 0) return [{ type: 'change:refused', files: refused }];
  const rebased = await rebaseConflicts(context.ports.staging, { changes, conflicts }, signal);
  const files = conflicts.map((conflict) => reworded(conflict, rebased.files));
  return [
    { type: 'change:refused', files: [...files, ...refused] },
    { type: 'change:conflict', ...rebased },
  ];
}

/** What was kept from the run, a secret perhaps, does not come into its trees as a new base. */
function withoutHidden(
  { refused, conflicts }: Extract<ApplyOutcome, { applied: false }>,
  leftOut: readonly LeftOut[],
): { refused: Refusal[]; conflicts: Conflict[] } {
  const hidden = (path: string) =>
    leftOut.some((each) => path === each.path || path.startsWith(`${each.path}/`));
  const kept = conflicts
    .filter(({ path }) => hidden(path))
    .map(({ path, reason }) => ({
      path,
      reason: `${reason}, or was kept from it. Your version is untouched. Reject this file to go on.`,
    }));
  return {
    refused: [...refused, ...kept],
    conflicts: conflicts.filter(({ path }) => !hidden(path)),
  };
}

function reworded(
  { path, reason }: Conflict,
  files: readonly FileConflict[],
): { path: string; reason: string } {
  const places = files.find((each) => each.path === path)?.places ?? [];
  const at = places.length === 0 ? '' : ` (${placeWords(places)})`;
  return {
    path,
    reason: `${reason}${at}. Your version is untouched. Look at the change as it stands against your version now, and decide anew.`,
  };
}

function placeWords(places: FileConflict['places']): string {
  const words = places.map(({ start, lines }) => {
    if (lines === 0) return `after line ${start}`;
    return lines === 1 ? `line ${start}` : `lines ${start} to ${start + lines - 1}`;
  });
  const most = 5;
  const more = words.length > most ? `, and ${words.length - most} more` : '';
  return `${words.slice(0, most).join(', ')}${more}`;
}

function statusOf(write: FileWrite): 'added' | 'modified' | 'deleted' {
  if (write.after === undefined) return 'deleted';
  return write.before === undefined ? 'added' : 'modified';
}
