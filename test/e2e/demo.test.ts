/** The README's demo, as `npm run demo -- --headless` plays it. */

import { playDemo } from '../../scripts/demo/play-demo.ts';
import { StepFailed, stepReport } from '../../scripts/demo/step-report.ts';

describe('the demo', () => {
  it('is planned, approved, worked on in parallel, reviewed and applied', async function () {
    this.timeout(300_000);
    try {
      await playDemo(stepReport());
    } catch (error) {
      throw error instanceof StepFailed && error.cause instanceof Error ? error.cause : error;
    }
  });
});
