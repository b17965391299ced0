/** Slots for tasks at work, shared by runs. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Slots } from '../../../../src/engine/schedule/slots.ts';
import { RunId } from '../../../../src/shared/ids.ts';

const [a, b, c] = ['a', 'b', 'c'].map((id) => RunId.parse(id)) as [RunId, RunId, RunId];

describe('Slots', () => {
  it('are free as far as no run holds them', () => {
    const slots = new Slots(() => 3);
    assert.equal(slots.free(), 3);
    slots.report(a, 2);
    slots.report(b, 1);
    assert.equal(slots.free(), 0);
    slots.report(a, 1);
    assert.equal(slots.free(), 1);
  });

  it('follow a changed limit at once, and are fewer than none where it fell', () => {
    let limit = 3;
    const slots = new Slots(() => limit);
    slots.report(a, 3);
    limit = 5;
    assert.equal(slots.free(), 2);
    limit = 1;
    assert.equal(slots.free(), -2);
  });

  it('that are given up are told to the other runs, and to them only', () => {
    const slots = new Slots(() => 3);
    const told: string[] = [];
    for (const run of [a, b, c]) slots.join(run, () => told.push(run));
    slots.report(a, 2);
    slots.report(a, 2);
    assert.deepEqual(told, []);
    slots.report(a, 1);
    assert.deepEqual(told, ['b', 'c']);
    slots.report(a, 0);
    assert.deepEqual(told, ['b', 'c', 'b', 'c']);
  });

  it('come back when a run leaves, and it hears no more', () => {
    const slots = new Slots(() => 1);
    const told: string[] = [];
    const leave = slots.join(a, () => told.push('a'));
    slots.join(b, () => told.push('b'));
    slots.report(a, 1);
    leave();
    assert.deepEqual([slots.free(), told], [1, ['b']]);
    slots.report(b, 1);
    slots.report(b, 0);
    leave();
    assert.deepEqual(told, ['b']);
  });
});
