/** A ceiling set by the person answers the question about it, lapsed or not, or holds for what comes. */
import assert from 'node:assert/strict';
import { setCeiling } from '../../../../src/engine/budget/set-ceiling.ts';
import { ApprovalId } from '../../../../src/shared/ids.ts';
import { reduce } from '../../../../src/shared/reduce.ts';
import { openApprovals, type RunState } from '../../../../src/shared/run-state.ts';
import { eventsOf, stateOf } from '../../../support/panel-preview/log-parts.ts';
import { ceilings } from '../../../support/panel-preview/run-log.ts';
import { fakeTime } from '../../../support/time/fake-time.ts';

const who = { by: 'command line', clock: fakeTime().clock };
const types = (state: RunState, limit: number | null, kind: 'usd' | 'tokens' = 'usd') =>
  setCeiling(state, { kind, scope: 'run', limit }, who).map((each) => each.type);

describe('a ceiling that the person sets', () => {
  it('decides the question about it', () => {
    assert.deepEqual(types(stateOf(ceilings), 5), ['approval:decided']);
    assert.throws(() => types(stateOf(ceilings), 0.5), { code: 'wrong-decision' });
  });

  it('puts a question that lapsed up again and decides it', () => {
    const approvalId = ApprovalId.parse('budget/1');
    const lapsed = stateOf([...ceilings, { type: 'approval:lapsed', approvalId }]);
    const bodies = setCeiling(lapsed, { kind: 'usd', scope: 'run', limit: 5 }, who);
    let state = lapsed;
    for (const event of eventsOf(bodies)) state = reduce(state, event);
    assert.deepEqual(state.spending.limits, { 'usd/run': 5 });
    assert.ok(!state.approvals.some((each) => each.lapsed));
    assert.deepEqual(
      openApprovals(state).map((each) => each.approvalId),
      ['budget/2'],
    );
  });

  it('holds for what comes where nothing was asked', () => {
    assert.deepEqual(types(stateOf(ceilings), 5, 'tokens'), ['budget:set']);
    assert.deepEqual(types(stateOf(ceilings), null, 'tokens'), ['budget:set']);
  });

  it('comes too late when the run has ended', () => {
    const ended = { ...stateOf(ceilings), status: 'cancelled' as const };
    assert.throws(() => types(ended, 5), { code: 'wrong-decision', message: /has ended/ });
  });
});
