import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAmount, parseAmount } from '../src/money.js';

test('reads whole amounts and cents', () => {
  assert.equal(parseAmount('12'), 1200);
  assert.equal(parseAmount('12.50'), 1250);
  assert.equal(parseAmount(' 1,234.05 '), 123405);
});

test('reads one decimal as tens of cents', () => {
  assert.equal(parseAmount('12.5'), 1250);
  assert.equal(parseAmount('-0.5'), -50);
});

test('refuses what is not an amount', () => {
  for (const text of ['', 'twelve', '1.234', '12,5', '1,23']) {
    assert.throws(() => parseAmount(text), RangeError);
  }
});

test('writes two decimals', () => {
  assert.equal(formatAmount(1205), '12.05');
  assert.equal(formatAmount(-1250), '-12.50');
  assert.equal(formatAmount(0), '0.00');
});

test('keeps the sign of less than one', () => {
  assert.equal(formatAmount(-50), '-0.50');
});
