/** Questions to the person lapse at their deadline, with a warning before. */
import type { EventBody } from '../../shared/events.ts';
import { type ApprovalState, openApprovals, type RunState } from '../../shared/run-state.ts';
import { append, type Command } from './command.ts';

const warningMs = 3_600_000;

export function decideDeadlines(state: RunState, now: number): Command[] {
  const events = dueEvents(state, now);
  return events.length > 0 ? [append(...events)] : [];
}

export function dueEvents(state: RunState, now: number): EventBody[] {
  return openApprovals(state).flatMap((approval) => dueOf(approval, now));
}

/** When something is due next, in milliseconds since 1970; undefined when nothing waits. */
export function nextDeadline(state: RunState): number | undefined {
  const times = openApprovals(state).map(({ deadline, warned }) =>
    warned ? Date.parse(deadline) : Date.parse(deadline) - warningMs,
  );
  return times.length > 0 ? Math.min(...times) : undefined;
}

function dueOf(approval: ApprovalState, now: number): EventBody[] {
  const { approvalId, kind, warned } = approval;
  const left = Date.parse(approval.deadline) - now;
  if (left > warningMs || (left > 0 && warned)) return [];
  if (left > 0) return [{ type: 'approval:warned', approvalId }];
  // Nobody allowed the command, so it does not run; the agent goes on without it.
  if (kind === 'command') {
    const decision = { decision: 'deny' } as const;
    return [{ type: 'approval:decided', approvalId, by: 'the deadline', decision }];
  }
  return [{ type: 'approval:lapsed', approvalId }];
}
