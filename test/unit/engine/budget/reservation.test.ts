/** What is held for a request bounds what it can take. */
import assert from 'node:assert/strict';
import { reservationOf } from '../../../../src/engine/budget/reservation.ts';
import type { ConversationState } from '../../../../src/shared/run-state.ts';
import { body, stateOf } from '../../../support/panel-preview/log-parts.ts';
import { permission } from '../../../support/panel-preview/run-log.ts';

const pricing = { provider: 'anthropic', usualMaxOutputTokens: 1000, now: Date.UTC(2026, 10, 21) };
const [someone] = stateOf(permission).conversations;
assert.ok(someone);
const { context: _, costUsd: __, reserved: ___, ...fresh } = someone;
const first: ConversationState = { ...fresh, model: 'claude-opus-5-5', turns: [] };

describe('a reservation', () => {
  it('takes a byte for a token as long as nothing was answered', () => {
    const { tokens, usd } = reservationOf(first, pricing);
    assert.equal(tokens, 3 * body.bytes + 2000 + 1000);
    assert.equal(usd, ((3 * body.bytes + 2000) * 5 + 1000 * 20) / 1_000_000);
  });

  it('goes on from what the last request really was, and bounds only what was appended', () => {
    const [turn] = fresh.turns;
    assert.ok(turn);
    const answered = {
      ...first,
      context: 7000,
      turns: [{ ...turn, calls: [], notes: [{ ...body, bytes: 300 }] }],
    };
    assert.equal(reservationOf(answered, pricing).tokens, 7000 + 300 + 2000 + 1000);
  });

  it('holds the output limit of the task before the usual one, and the largest where none is known', () => {
    const limited = { ...first, maxOutputTokens: 50 };
    const prompt = 3 * body.bytes + 2000;
    assert.equal(reservationOf(limited, pricing).tokens, prompt + 50);
    const { usualMaxOutputTokens: ____, ...unknown } = pricing;
    assert.equal(reservationOf(first, unknown).tokens, prompt + 128_000);
  });

  it('has tokens and no money for a model without a known price', () => {
    const amount = reservationOf({ ...first, model: 'mystery' }, pricing);
    assert.ok(amount.tokens > 0);
    assert.equal(amount.usd, undefined);
  });
});
