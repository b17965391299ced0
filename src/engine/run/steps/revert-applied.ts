/** Takes back what a run applied, after its end, as far as nobody changed it since in the same places. */
import { isMusterError, MusterError } from '../../../shared/muster-error.ts';
import { canRevert, type RunState } from '../../../shared/run-state.ts';
import type { RevertOutcome } from '../../apply-port.ts';
import type { RunContext } from '../run-context.ts';

/**
 * Not aborted by anything: who lets go of the run waits for it.
 * @throws MusterError `wrong-decision` with the reason; nothing was changed then
 */
export async function revertApplied(context: RunContext, by: string): Promise<void> {
  requireRevertible(context.state());
  const { reverted, left } = await takeBack(context, new AbortController().signal);
  await context.append([{ type: 'change:reverted', by, files: reverted, left }]);
}

/** What made it impossible may pass: it is an answer to the person, who can ask for it again. */
async function takeBack({ ports }: RunContext, signal: AbortSignal): Promise<RevertOutcome> {
  try {
    return await ports.apply.revert(signal);
  } catch (cause) {
    if (!isMusterError(cause)) throw cause;
    throw new MusterError('wrong-decision', cause.userMessage, { cause });
  }
}

function requireRevertible(state: RunState): void {
  if (canRevert(state)) return;
  const why = state.applied
    ? 'This run was reverted already. Nothing was changed.'
    : `Nothing of this run was applied (it is ${state.status}), so there is nothing to revert.`;
  throw new MusterError('wrong-decision', why);
}
