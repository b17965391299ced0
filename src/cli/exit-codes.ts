/** The exit codes of the contract, and the one that a run's state asks for. */
import { openApprovals, type RunState, type TaskState } from '../shared/run-state.ts';

export const exitCodes = {
  done: 0,
  failed: 1,
  badInput: 2,
  waiting: 3,
  rejected: 4,
  ceiling: 5,
  cancelled: 130,
} as const;

export function exitCodeOf(state: RunState): number {
  if (openApprovals(state).some((each) => each.kind === 'budget')) return exitCodes.ceiling;
  switch (state.status) {
    case 'completed':
      return state.tasks.some(isMissing) || state.reverted?.left.length
        ? exitCodes.failed
        : exitCodes.done;
    case 'failed':
      return state.error?.code === 'budget' ? exitCodes.ceiling : exitCodes.failed;
    case 'rejected':
    case 'lapsed':
      return exitCodes.rejected;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'reviewing':
      return state.tasks.some(isMissing) || state.refused ? exitCodes.failed : exitCodes.waiting;
    default:
      return exitCodes.waiting;
  }
}

function isMissing({ status }: TaskState): boolean {
  return status !== 'done' && status !== 'skipped';
}
