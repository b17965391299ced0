/** Two processes on one database, one of them killed: each run is executed by one at a time, none is lost. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { fight } from './fight.ts';
import { fightOverDecisions } from './fight-decisions.ts';

describe('two processes that fight for runs', function () {
  this.timeout(60_000);

  it('execute each run once, one owner at a time, though one is killed', async () => {
    const { runs, events, takenOver } = await fight(12);
    // The first event, twelve steps and the end.
    assert.equal(events, runs * 14);
    assert.equal(takenOver, 1);
  });

  it('decide each question once, though one dies before it carries its decision out', async () => {
    const { runs, contested } = await fightOverDecisions(12);
    assert.equal(runs, 12);
    assert.ok(contested > 0);
  });
});
