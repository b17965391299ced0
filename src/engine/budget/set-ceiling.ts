/** The person's word on a ceiling: whether it suffices, and how it is written down. */
import { exact } from '../../shared/account.ts';
import {
  amountWords,
  type Ceiling,
  type CeilingReached,
  ceilingKey,
  reachedWords,
} from '../../shared/ceiling.ts';
import type { EventBody } from '../../shared/events.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { hasEnded, type RunState } from '../../shared/run-state.ts';
import type { Clock } from '../ports.ts';
import { deadlineFrom } from '../run/deadline.ts';

/** @throws MusterError `wrong-decision` when the next request would not fit below the new ceiling */
export function checkRaise(reached: CeilingReached, limit: number | null): void {
  if (limit === null) return;
  const { kind, spent, needed, unpriced } = reached;
  if (unpriced !== undefined) {
    throw new MusterError(
      'wrong-decision',
      `${reachedWords(reached)} A higher one cannot be kept either. Nothing was decided: take it away ("none"), or stop.`,
    );
  }
  if (limit > spent && limit >= exact(spent + needed)) return;
  throw new MusterError(
    'wrong-decision',
    `A ceiling of ${amountWords(kind, limit)} is too low to go on. ${reachedWords(reached)} Nothing was decided: give a higher one, or stop.`,
  );
}

/** Decides the question that waits for this ceiling, if there is one; else sets it for what comes. */
export function setCeiling(
  state: RunState,
  set: Ceiling & { limit: number | null },
  { by, clock }: { by: string; clock: Clock },
): EventBody[] {
  if (hasEnded(state)) {
    throw new MusterError(
      'wrong-decision',
      `The run has ended (${state.status}), so a ceiling no longer counts.`,
    );
  }
  const approval = state.approvals.find(
    ({ ceiling, decided }) => ceiling && !decided && ceilingKey(ceiling) === ceilingKey(set),
  );
  if (!approval?.ceiling) return [{ type: 'budget:set', ...set, by }];
  checkRaise(approval.ceiling, set.limit);
  const { approvalId, lapsed } = approval;
  const deadline = deadlineFrom(clock, state.limits.approvalHours);
  const renewed: EventBody[] = lapsed
    ? [{ type: 'approval:renewed', approvalId, deadline, by }]
    : [];
  const decision = { decision: 'raise', limit: set.limit } as const;
  return [...renewed, { type: 'approval:decided', approvalId, by, decision }];
}
