import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settle } from '../src/settle.js';

const debts = (balances) => settle(new Map(Object.entries(balances)));

test('who owes pays who is owed', () => {
  assert.deepEqual(debts({ Ana: 500, Bea: -500 }), [{ from: 'Bea', to: 'Ana', cents: 500 }]);
});

test('nobody pays when everybody is even', () => {
  assert.deepEqual(debts({ Ana: 0, Bea: 0 }), []);
});

test('the largest debt goes to the largest credit first', () => {
  assert.deepEqual(debts({ Ana: 700, Bea: -900, Carl: -100, Dan: 300 }), [
    { from: 'Bea', to: 'Ana', cents: 700 },
    { from: 'Bea', to: 'Dan', cents: 200 },
    { from: 'Carl', to: 'Dan', cents: 100 },
  ]);
});

test('ties go by name, whatever the order of the people', () => {
  const payments = [
    { from: 'Bea', to: 'Ana', cents: 500 },
    { from: 'Carl', to: 'Dan', cents: 500 },
  ];
  assert.deepEqual(debts({ Carl: -500, Dan: 500, Bea: -500, Ana: 500 }), payments);
});

test('refuses balances that do not add up to zero', () => {
  assert.throws(() => debts({ Ana: 1000, Bea: -999 }), /1 cent/);
});
