/** What a run has spent, below its ceilings, in words; and a new ceiling as a person types it. */
import assert from 'node:assert/strict';
import type { CeilingReached } from '../../../src/shared/ceiling.ts';
import { limitTyped } from '../../../src/webview/ceiling-input.ts';
import { economyRows, outcomeFigures, spentWords } from '../../../src/webview/economy-figures.ts';
import { limitWords, runStatusWords } from '../../../src/webview/words.ts';
import { applied } from '../../support/panel-preview/change-log.ts';
import { stateOf } from '../../support/panel-preview/log-parts.ts';
import { beginning, ceilings } from '../../support/panel-preview/run-log.ts';

describe('what a run has spent', () => {
  it('stands beside its ceilings, where there are any', () => {
    const [tokens, cost] = spentWords(stateOf(ceilings));
    assert.match(tokens ?? '', /^[\d.]+K tokens$/);
    assert.match(cost ?? '', /^\$\d+\.\d\d of \$0\.50$/);
    const state = stateOf(applied);
    assert.match(spentWords(state)[1] ?? '', /^\$\d+\.\d\d$/);
    const raised = { ...state.spending, limits: { 'tokens/run': 500_000, 'usd/run': null } };
    assert.match(spentWords({ ...state, spending: raised })[0] ?? '', / of 500K tokens$/);
    assert.deepEqual(spentWords(stateOf(beginning.slice(0, 1))), []);
  });

  it('has no sum in dollars where a price is not known, and says which', () => {
    const state = stateOf(applied);
    const run = { ...state.spending.run, unpriced: ['mystery'] };
    const unknown = { ...state, spending: { ...state.spending, run } };
    assert.equal(spentWords(unknown).length, 1);
    const cost = Object.fromEntries(economyRows(unknown)).Cost;
    assert.match(cost ?? '', /and more: no price is known for mystery/);
  });

  it('is nothing for the demonstration, and that is said', () => {
    const demo = { ...stateOf(applied), provider: 'demo' };
    assert.equal(spentWords(demo).length, 1);
    assert.match(outcomeFigures(demo)[0] ?? '', /nothing.*demonstration/);
  });

  it('is said to have stopped at a ceiling of the run', () => {
    assert.deepEqual(runStatusWords(stateOf(ceilings)), {
      mark: 'person',
      words: 'Stopped at a ceiling',
    });
  });
});

describe('the ceilings of an agent or a task', () => {
  it('stand in one line, and there is none without them', () => {
    assert.equal(limitWords({ max_usd: 2, max_tokens: 50_000 }), '$2.00, 50,000 tokens');
    assert.equal(limitWords({}), '');
    assert.equal(limitWords(undefined), '');
  });
});

describe('a new ceiling', () => {
  const reached: CeilingReached = {
    kind: 'usd',
    scope: 'run',
    limit: 1,
    spent: 0.9,
    needed: 0.305,
  };

  it('is a number as people write them', () => {
    assert.equal(limitTyped('5', reached), 5);
    assert.equal(limitTyped(' $2.50 ', reached), 2.5);
    assert.equal(limitTyped('200,000', reached), 200_000);
  });

  it('is none when it is no number, or too low for the next request', () => {
    for (const text of ['', 'five', '-5', '1e9', '1,5', '1.20', 'Infinity']) {
      assert.equal(limitTyped(text, reached), undefined, text);
    }
    assert.equal(limitTyped('1.21', reached), 1.21);
  });
});
