/** Mocha's usual reporter, which also writes what it counted to the file named by MUSTER_TEST_COUNTS. */
const { writeFileSync } = require('node:fs');
const process = require('node:process');
const { reporters, Runner } = require('mocha');

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

class CountingReporter extends reporters.Spec {
  /**
   * @param {import('mocha').Runner} runner
   * @param {import('mocha').MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const counts = { passed: passes, failed: failures, skipped: pending };
      const file = process.env.MUSTER_TEST_COUNTS;
      if (file) writeFileSync(file, JSON.stringify(counts));
    });
  }
}

module.exports = CountingReporter;
