/** A sample of the apply-crash suite: an apply or a revert of 50 files that is killed is wholly done or wholly undone. */
import assert from 'node:assert/strict';
import {
  type ApplyCrashSuite,
  type Kind,
  type Outcome,
  openApplyCrashSuite,
} from '../support/apply-crash/apply-crash-suite.ts';

const kills = 7;

describe('An apply or a revert of 50 files that is killed', function () {
  this.timeout(120_000);
  let suite: ApplyCrashSuite;
  before(async () => {
    suite = await openApplyCrashSuite();
  });
  after(() => suite?.close());

  for (const kind of ['apply', 'revert'] satisfies Kind[]) {
    it(`leaves all of it or nothing, and the next start says which (${kind})`, async () => {
      const last = suite.steps[kind] - 1;
      const outcomes = new Set<Outcome>();
      for (let index = 0; index < kills; index += 1) {
        outcomes.add(await suite.killBefore(kind, Math.round((last * index) / (kills - 1))));
      }
      assert.ok(outcomes.has('before') && outcomes.has('rolled-back'), [...outcomes].join());
    });
  }
});
