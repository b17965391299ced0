/** Whether a run goes no further without a person, or at all, with nothing under way. */
import { hasEnded, type RunState, waitsForPerson } from '../../shared/run-state.ts';
import { holdsSlot } from '../schedule/decide-execution.ts';
import { statusOf } from './decide.ts';

export function isAtRest(state: RunState): boolean {
  const now = { ...state, status: statusOf(state) };
  if (hasEnded(now)) return true;
  if (now.conversations.some((each) => each.inFlight !== undefined)) return false;
  if (now.status === 'paused' || now.status === 'lapsed') return true;
  return waitsForPerson(now) && !now.tasks.some(holdsSlot);
}
