/** Whether a run can be reverted as it stands now. */
import { MusterError } from '../../shared/muster-error.ts';
import { canRevert, type RunState } from '../../shared/run-state.ts';

/** @throws MusterError `wrong-decision` */
export function requireRevertible(state: RunState): void {
  if (canRevert(state)) return;
  const why = state.applied
    ? 'This run was reverted already. Nothing was changed.'
    : `Nothing of this run was applied (it is ${state.status}), so there is nothing to revert.`;
  throw new MusterError('wrong-decision', why);
}

export function revertUnderWay(): MusterError {
  return new MusterError('wrong-decision', 'This run is being reverted already. Wait for it.');
}
