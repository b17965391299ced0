/** Whether a run goes no further without a person, or at all. */
import type { RunState } from '../../shared/run-state.ts';
import { decide, statusOf } from './decide.ts';

/** For who only sees the log: nothing is under way in it either, also where it was paused meanwhile. */
export function isAtRest(state: RunState): boolean {
  return !hasBegun(state) && goesNoFurther(state);
}

/** For who executes the run and knows what is under way. */
export function goesNoFurther(state: RunState): boolean {
  // However many slots there are, and before anything is due.
  const surroundings = { freeSlots: Number.MAX_SAFE_INTEGER, now: Date.parse(state.updatedAt) };
  return decide({ ...state, status: statusOf(state) }, surroundings).length === 0;
}

/** A request or a tool call was begun whose outcome is not in the log. */
function hasBegun({ conversations }: RunState): boolean {
  return conversations.some(
    ({ inFlight, turns }) =>
      inFlight !== undefined || turns.at(-1)?.calls.some(({ status }) => status === 'started'),
  );
}
