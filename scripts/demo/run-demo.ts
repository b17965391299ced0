// The demo in the real editor: shown to a person, or played without a screen by `--headless`.

import process from 'node:process';
import { playDemo } from './play-demo.ts';
import { showDemo } from './show-demo.ts';
import { StepFailed, stepReport } from './step-report.ts';

if (process.argv.includes('--headless')) {
  await play();
} else {
  try {
    await showDemo();
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

async function play(): Promise<void> {
  const report = stepReport();
  try {
    await playDemo(report);
  } catch (error) {
    // A failed step has been reported; anything else is a failure beside the steps.
    if (!(error instanceof StepFailed)) report.fail('ended', error);
  }
  console.log(report.summary());
  process.exitCode = report.passed() ? 0 : 1;
}
