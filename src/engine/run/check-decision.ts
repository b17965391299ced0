/** Whether a person's decision fits the question as it stands now. */
import type { Decision } from '../../shared/decision.ts';
import type { ApprovalId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { type ApprovalState, hasEnded, type RunState } from '../../shared/run-state.ts';
import { checkRaise } from '../budget/set-ceiling.ts';

const fitting: Record<ApprovalState['kind'], readonly Decision['decision'][]> = {
  questions: ['answer', 'reject'],
  plan: ['approve', 'request-changes', 'reject'],
  command: ['allow-once', 'allow-run', 'deny'],
  budget: ['raise', 'stop'],
};

/** @throws MusterError `wrong-decision` that says why it does not count */
export function checkDecision(
  state: RunState,
  approvalId: ApprovalId,
  decision: Decision,
): ApprovalState {
  if (hasEnded(state))
    throw wrong(`The run has ended (${state.status}), so this decision no longer counts.`);
  if (state.cancelled)
    throw wrong('The run has been cancelled, so this decision no longer counts.');
  const approval = state.approvals.find((each) => each.approvalId === approvalId);
  if (!approval) throw wrong('There is no such question in this run.');
  if (approval.lapsed)
    throw wrong('This lapsed without a decision. It is kept: put it up again, and then decide.');
  if (approval.decided) throw decidedAlready(approval.decided.by);
  if (!fitting[approval.kind].includes(decision.decision)) {
    throw wrong(
      `"${decision.decision}" is no answer to this. Possible: ${fitting[approval.kind].join(', ')}.`,
    );
  }
  if (decision.decision === 'allow-run' && approval.always) {
    throw wrong('This command asks each time. Allow it once, or deny it.');
  }
  if (decision.decision === 'allow-run' && decision.prefix !== undefined) {
    if (decision.prefix !== approval.prefix)
      throw wrong('No such rule was offered for this command.');
  }
  if (approval.kind === 'plan' && approval.hash !== state.team?.hash) {
    throw wrong(
      'The plan has changed since this was asked. Look at the new plan and decide on that.',
    );
  }
  if (decision.decision === 'approve' && decision.hash !== approval.hash) {
    throw wrong(
      'What was approved is not what is shown now. Look at the plan again and approve it as it stands.',
    );
  }
  if (decision.decision === 'raise' && approval.ceiling) {
    checkRaise(approval.ceiling, decision.limit);
  }
  return approval;
}

export function decidedAlready(by: string): MusterError {
  return wrong(`This was decided already, by ${by}. The first decision counts.`);
}

function wrong(message: string): MusterError {
  return new MusterError('wrong-decision', message);
}
