import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balances } from '../src/balances.js';

const people = ['Ana', 'Bea', 'Carl'];

test('credits who paid and debits who shares', () => {
  const trip = { people, expenses: [{ what: 'Dinner', paidBy: 'Ana', amount: '90.00' }] };
  assert.deepEqual(Object.fromEntries(balances(trip)), { Ana: 6000, Bea: -3000, Carl: -3000 });
});

test('shares only among those who took part', () => {
  const taxi = { what: 'Taxi', paidBy: 'Carl', amount: '18.50', sharedBy: ['Ana', 'Carl'] };
  const result = balances({ people, expenses: [taxi] });
  assert.deepEqual(Object.fromEntries(result), { Ana: -925, Bea: 0, Carl: 925 });
});

test('refuses somebody who is not on the trip', () => {
  const trip = { people, expenses: [{ what: 'Dinner', paidBy: 'Dan', amount: '90.00' }] };
  assert.throws(() => balances(trip), /Dan is not on this trip/);
});
