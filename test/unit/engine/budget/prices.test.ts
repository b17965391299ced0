/** What a request cost, and what it may cost at most. */
import assert from 'node:assert/strict';
import {
  freeProviders,
  pricesAsOf,
  priceTable,
} from '../../../../src/engine/budget/price-table.ts';
import { costAtMost, costOf } from '../../../../src/engine/budget/prices.ts';
import { anthropicTiers } from '../../../../src/node/models/anthropic-provider.ts';

const at = Date.parse('2026-11-21T00:00:00Z');
const of = (model: string, when = at) => ({ provider: 'anthropic', model, at: when });
const million = 1_000_000;
const each = { input: million, output: million, cacheRead: million, cacheWrite: million };

describe('the price of a request', () => {
  it('is the sum of its four counters at their prices', () => {
    assert.equal(costOf(of('claude-opus-5-5'), each), 4 + 20 + 0.2 + 5);
    assert.equal(costOf(of('claude-sonnet-5-5'), each), 2 + 10 + 0.1 + 2.5);
    assert.equal(costOf(of('claude-fable-5-2'), each), 8 + 40 + 0.2 + 10);
    const small = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };
    assert.equal(costOf(of('claude-haiku-5-5'), small), 0.000000735);
  });

  it('is the one that held on the day', () => {
    const read = { input: 0, output: 0, cacheRead: million, cacheWrite: 0 };
    const before = Date.parse('2026-10-06T23:59:59Z');
    assert.equal(costOf(of('claude-sonnet-5-5', before), read), 0.2);
    assert.equal(costOf(of('claude-sonnet-5-5', before + 1000), read), 0.1);
  });

  it('is that of long prompts for the whole request as soon as the prompt is over the mark', () => {
    const request = { input: 50_000, output: 1000, cacheRead: 40_000, cacheWrite: 10_000 };
    const below = (50_000 * 0.1 + 1000 * 0.5 + 40_000 * 0.01 + 10_000 * 0.125) / million;
    assert.equal(costOf(of('claude-haiku-5-5'), request), Number(below.toFixed(9)));
    const above = ((50_001 * 0.5 + 1000 * 2.5 + 40_000 * 0.05 + 10_000 * 0.625) / million).toFixed(
      9,
    );
    assert.equal(costOf(of('claude-haiku-5-5'), { ...request, input: 50_001 }), Number(above));
  });

  it('is never invented', () => {
    assert.equal(costOf(of('claude-opus-9'), each), undefined);
    assert.equal(costAtMost(of('claude-opus-9'), { prompt: 1, output: 1 }), undefined);
    assert.equal(costOf({ ...of('claude-opus-5-5'), provider: 'openai' }, each), undefined);
  });

  it('is nothing for the scripted demonstration', () => {
    assert.deepEqual(freeProviders, ['demo']);
    assert.equal(costOf({ provider: 'demo', model: 'demo-smart', at }, each), 0);
  });

  it('is at most what every token of the prompt costs at its dearest', () => {
    assert.equal(costAtMost(of('claude-opus-5-5'), { prompt: million, output: 0 }), 5);
    assert.equal(costAtMost(of('claude-haiku-5-5'), { prompt: 200_000, output: 0 }), 0.125);
    for (const { provider, model } of priceTable) {
      const query = { provider, model, at };
      const usage = { input: 30_000, output: 5000, cacheRead: 50_000, cacheWrite: 40_000 };
      const most = costAtMost(query, { prompt: 120_000, output: 5000 });
      assert.ok((costOf(query, usage) ?? 0) <= (most ?? 0), model);
    }
  });
});

describe('the price table', () => {
  it('has a date, and a price for each model that Muster uses by itself', () => {
    assert.match(pricesAsOf, /^\d{4}-\d{2}-\d{2}$/);
    for (const model of Object.values(anthropicTiers)) {
      assert.ok(costOf(of(model), each) !== undefined, model);
    }
  });
});
