import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitByWeight, splitEvenly } from '../src/split.js';

const values = (shares) => [...shares.values()];

test('gives everybody the same when it divides', () => {
  assert.deepEqual(values(splitEvenly(900, ['Ana', 'Bea', 'Carl'])), [300, 300, 300]);
});

test('hands out every cent when it does not divide', () => {
  assert.deepEqual(values(splitEvenly(1000, ['Ana', 'Bea', 'Carl'])), [334, 333, 333]);
  assert.deepEqual(values(splitEvenly(2, ['Ana', 'Bea', 'Carl'])), [1, 1, 0]);
});

test('follows the weights to the cent', () => {
  const weights = new Map([['Ana', 2], ['Bea', 1]]);
  assert.deepEqual(values(splitByWeight(1000, weights)), [667, 333]);
});

test('gives nothing to who has no weight', () => {
  const weights = new Map([['Ana', 0], ['Bea', 1], ['Carl', 1]]);
  assert.deepEqual(values(splitByWeight(101, weights)), [0, 51, 50]);
});

test('refuses an expense that nobody shares', () => {
  assert.throws(() => splitEvenly(100, []), RangeError);
});
