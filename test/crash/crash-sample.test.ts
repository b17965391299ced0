/** A sample of the crash suite: a run that is killed goes on, and ends as if nothing had happened. */
import assert from 'node:assert/strict';
import { drawPoints } from '../support/crash/crash-points.ts';
import {
  type CrashSuite,
  describeResult,
  openCrashSuite,
  type PointResult,
  runPoints,
  type Totals,
} from '../support/crash/crash-suite.ts';

const seed = Number(process.env.CRASH_SEED ?? Math.floor(Math.random() * 1_000_000));

describe(`a run that is killed (CRASH_SEED=${seed})`, function () {
  this.timeout(180_000);
  let suite: CrashSuite;
  let totals: Totals;
  const results: PointResult[] = [];
  const aborted = new AbortController();

  before(async () => {
    suite = await openCrashSuite({ size: 'sample' }, aborted.signal);
    // While the team works; the whole suite kills before and after it as well.
    const points = drawPoints({ seed, count: 7, events: suite.events, within: [0.1, 0.8] });
    totals = await runPoints(suite, points, {
      jobs: 3,
      onResult: (result) => results.push(result),
    });
  });
  after(async () => {
    aborted.abort(new Error('The tests are over'));
    await suite?.close();
  });

  it('runs to its end when nobody kills it', () => {
    assert.deepEqual(suite.reference.problems, []);
  });

  it('ends with the same files, sends no answered request again, and runs no command twice', () => {
    const failed = results.filter((result) => result.problems.length > 0);
    assert.equal(failed.length, 0, failed.map(describeResult).join('\n'));
  });

  it('was killed also while three or more requests or commands were under way', () => {
    assert.ok(totals.kills >= 7, `${totals.kills} kills`);
    // The whole suite wants half of its kills so; eight points drawn by chance prove no share.
    assert.ok(totals.busyKills >= 1, `${totals.busyKills} of ${totals.kills}`);
  });
});
