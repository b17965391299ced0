/** A decision counts when it fits the question as it stands now, and the first one wins. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkDecision } from '../../../../src/engine/run/check-decision.ts';
import type { Decision } from '../../../../src/shared/decision.ts';
import { ApprovalId } from '../../../../src/shared/ids.ts';
import { openApprovals, type RunState } from '../../../../src/shared/run-state.ts';
import { stateOf } from '../../../support/panel-preview/log-parts.ts';
import { approving, asking, ceilings, permission } from '../../../support/panel-preview/run-log.ts';

const decisions: Decision[] = [
  { decision: 'answer', answers: {} },
  { decision: 'approve', hash: 'a'.repeat(64) },
  { decision: 'request-changes', feedback: 'Less.' },
  { decision: 'reject' },
  { decision: 'allow-once' },
  { decision: 'allow-run' },
  { decision: 'deny' },
  { decision: 'raise', limit: 100 },
  { decision: 'stop' },
];

function openOf(state: RunState) {
  const [open] = openApprovals(state);
  assert.ok(open);
  return open;
}

function refuses(state: RunState, id: string, decision: Decision, says: RegExp): void {
  assert.throws(() => checkDecision(state, ApprovalId.parse(id), decision), {
    code: 'wrong-decision',
    message: says,
  });
}

describe('A decision', () => {
  for (const [question, log, fitting] of [
    ['questions', asking, ['answer', 'reject']],
    ['a plan', approving, ['approve', 'request-changes', 'reject']],
    ['a ceiling', ceilings, ['raise', 'stop']],
    ['a command', permission, ['allow-once', 'allow-run', 'deny']],
  ] as const) {
    it(`on ${question} is one of ${fitting.join(', ')}`, () => {
      const state = stateOf(log);
      const open = openOf(state);
      for (const decision of decisions) {
        if (fitting.some((each) => each === decision.decision)) {
          assert.equal(checkDecision(state, open.approvalId, decision), open);
        } else {
          refuses(state, open.approvalId, decision, /is no answer to this\. Possible: /);
        }
      }
    });
  }

  it('to raise a ceiling must leave room for the next request', () => {
    const state = stateOf(ceilings);
    const raise = (limit: number): Decision => ({ decision: 'raise', limit });
    refuses(state, 'budget/1', raise(0.5384), /ceiling of \$0\.54 is too low to go on/);
    assert.ok(checkDecision(state, ApprovalId.parse('budget/1'), raise(0.5385)));
    assert.ok(
      checkDecision(state, ApprovalId.parse('budget/1'), { decision: 'raise', limit: null }),
    );
  });

  it('needs a question that was asked', () => {
    refuses(stateOf(approving), 'plan/7', { decision: 'reject' }, /no such question/);
  });

  it('comes too late when another was made, and says whose that was', () => {
    const state = stateOf(approving);
    const open = openOf(state);
    const decided = {
      decision: { decision: 'reject' },
      by: 'the panel',
      at: state.updatedAt,
    } as const;
    const later = { ...state, approvals: [{ ...open, decided }] };
    refuses(later, open.approvalId, { decision: 'reject' }, /already, by the panel\. The first/);
  });

  it('comes too late when the run has ended', () => {
    const state = { ...stateOf(approving), status: 'cancelled' as const };
    refuses(state, 'plan/1', { decision: 'reject' }, /has ended \(cancelled\)/);
  });

  it('approves what is shown and nothing else', () => {
    const state = stateOf(approving);
    const { approvalId } = openOf(state);
    refuses(state, approvalId, { decision: 'approve', hash: '' }, /not what is shown now/);
    refuses(state, approvalId, { decision: 'approve', hash: 'b'.repeat(64) }, /not what is shown/);
  });

  it('on a plan that has been replaced does not count, not even to reject it', () => {
    const state = stateOf(approving);
    const { approvalId, hash = '' } = openOf(state);
    assert.ok(state.team);
    const replaced = { ...state, team: { ...state.team, hash: 'c'.repeat(64) } };
    refuses(replaced, approvalId, { decision: 'approve', hash }, /has changed since/);
    refuses(replaced, approvalId, { decision: 'reject' }, /has changed since/);
    const { team: _, ...without } = state;
    refuses(without, approvalId, { decision: 'approve', hash }, /has changed since/);
  });
});
