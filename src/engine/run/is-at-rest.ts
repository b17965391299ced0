/** Whether a run goes no further without a person, or at all, with nothing under way. */
import type { RunState } from '../../shared/run-state.ts';
import { decide, statusOf } from './decide.ts';

export function isAtRest(state: RunState): boolean {
  if (state.conversations.some((each) => each.inFlight !== undefined)) return false;
  // However many slots there are, and before anything is due.
  const surroundings = { freeSlots: Number.MAX_SAFE_INTEGER, now: Date.parse(state.updatedAt) };
  return decide({ ...state, status: statusOf(state) }, surroundings).length === 0;
}
