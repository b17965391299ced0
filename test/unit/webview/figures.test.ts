/** Amounts and times as a person reads them. */
import assert from 'node:assert/strict';
import {
  allTokens,
  deadlineWords,
  formatAgo,
  formatCost,
  formatCount,
  formatDuration,
} from '../../../src/webview/figures.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const now = Date.parse('2025-11-22T14:00:00Z');
const inFuture = (ms: number): string => new Date(now + ms).toISOString();

describe('figures', () => {
  it('shorten large amounts', () => {
    assert.equal(formatCount(840), '840');
    assert.equal(formatCount(12_340), '12.3K');
    assert.equal(allTokens({ input: 1, output: 2, cacheRead: 3, cacheWrite: 4 }), 10);
  });

  it('say durations in the two largest units', () => {
    assert.equal(formatDuration(-5), '0 s');
    assert.equal(formatDuration(42 * second), '42 s');
    assert.equal(formatDuration(3 * minute + 5 * second), '3 min 05 s');
    assert.equal(formatDuration(2 * hour + 7 * minute), '2 h 07 min');
    assert.equal(formatDuration(76 * hour), '3 days 4 h');
  });

  it('never round a cost down to nothing', () => {
    assert.equal(formatCost(0), '$0.00');
    assert.equal(formatCost(0.004), 'less than $0.01');
    assert.equal(formatCost(1.239), '$1.24');
  });

  it('say how long ago something was, and the date when it is over a day', () => {
    assert.equal(formatAgo(inFuture(-5 * second), now), 'just now');
    assert.equal(formatAgo(inFuture(-5 * minute), now), '5 min ago');
    assert.equal(formatAgo(inFuture(-3 * hour), now), '3 h ago');
    assert.match(formatAgo(inFuture(-48 * hour), now), /^20 Nov/);
  });

  it('say when an approval lapses, and when it has', () => {
    assert.match(deadlineWords(inFuture(23.5 * hour), now), /^Lapses .*, in 23 h$/);
    assert.match(deadlineWords(inFuture(72 * hour), now), /, in 3 days$/);
    assert.match(deadlineWords(inFuture(5 * minute), now), /, in 5 min$/);
    assert.match(deadlineWords(inFuture(5 * second), now), /in less than a minute$/);
    assert.match(deadlineWords(inFuture(-hour), now), /^Lapsed /);
  });
});
