/** Places for runs at work: ten, then a queue of a hundred, then a refusal. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { RunPlaces } from '../../../../src/engine/schedule/run-places.ts';
import { RunId } from '../../../../src/shared/ids.ts';

const run = (index: number) => RunId.parse(`run-${index}`);
const nothing = () => {};

describe('places for runs at work', () => {
  it('are ten, and the eleventh run has its turn when one leaves', () => {
    const places = new RunPlaces();
    for (let index = 0; index < 10; index += 1) assert.ok(places.enter(run(index), nothing));
    const turns: string[] = [];
    const tries = (index: number) => places.enter(run(index), () => turns.push(`run-${index}`));
    assert.deepEqual([tries(10), tries(11)], [false, false]);
    places.leave(run(3));
    assert.deepEqual(turns, ['run-10']);
    assert.equal(tries(11), false, 'it is not the turn of the second in the queue');
    assert.equal(tries(10), true);
    assert.equal(tries(10), true);
    places.leave(run(4));
    assert.deepEqual([turns, tries(11)], [['run-10', 'run-11'], true]);
  });

  it('are passed on when the first in the queue is closed', () => {
    const places = new RunPlaces({ atWork: 1, queued: 5 });
    const turns: number[] = [];
    for (const index of [0, 1, 2]) places.enter(run(index), () => turns.push(index));
    places.leave(run(1));
    assert.deepEqual(turns, []);
    places.leave(run(0));
    assert.deepEqual(turns, [2]);
  });

  it('refuse clearly what would be the hundred and first in the queue', () => {
    const places = new RunPlaces();
    for (let index = 0; index < 109; index += 1) places.enter(run(index), nothing);
    places.requireRoom();
    places.enter(run(109), nothing);
    assert.throws(() => places.requireRoom(), {
      code: 'too-many-runs',
      message: /10 runs are at work in this window and 100 wait/,
    });
    places.leave(run(109));
    places.requireRoom();
  });
});
