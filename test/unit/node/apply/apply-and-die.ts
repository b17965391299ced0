/** A process that applies the sample changes and is killed before the step of that number; run by a test. */
import { createApply } from '../../../../src/node/apply/apply.ts';
import { countedOperations } from './counted-operations.ts';
import { sampleChanges } from './sample-changes.ts';

const [workspace = '', folder = '', lastStep = ''] = process.argv.slice(2);

const operations = countedOperations(async (step) => {
  if (step > Number(lastStep)) process.kill(process.pid, 'SIGKILL');
});
await createApply({ workspace, folder, operations }).apply(
  sampleChanges,
  new AbortController().signal,
);
