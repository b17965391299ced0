import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportCsv } from '../src/export.js';

test('writes a header and a line for each expense', () => {
  const trip = { people: ['Ana'], expenses: [{ what: 'Tram', paidBy: 'Ana', amount: '3' }] };
  assert.equal(exportCsv(trip), 'what,paid by,amount\r\nTram,Ana,3.00\r\n');
});

test('quotes what would break the line', () => {
  const flat = { what: 'Flat, "Sol"', paidBy: 'Ana', amount: '1,200.00' };
  const lines = exportCsv({ people: ['Ana'], expenses: [flat] }).split('\r\n');
  assert.equal(lines[1], '"Flat, ""Sol""",Ana,1200.00');
});
