/** A process that applies a few large new files; run by a test under a limit on the size of files. */
import process from 'node:process';
import { createApply } from '../../../../src/node/apply/apply.ts';
import { isMusterError } from '../../../../src/shared/muster-error.ts';

const [workspace = '', folder = '', size = ''] = process.argv.slice(2);
const after = Buffer.alloc(Number(size), 'x');
try {
  await createApply({ workspace, folder }).apply(
    ['a', 'b', 'c'].map((path) => ({ path, after })),
    new AbortController().signal,
  );
  process.stdout.write('applied');
} catch (error) {
  process.stdout.write(isMusterError(error) ? error.userMessage : String(error));
}
