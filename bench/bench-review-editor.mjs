// `npm run bench:review-editor`: starts the bench of the review in the real editor on Node 24.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node24Environment, node24Path } from '../scripts/setup/node-24.mjs';

const script = join(import.meta.dirname, 'review', 'editor.ts');
const child = spawn(node24Path(), [script, ...process.argv.slice(2)], {
  env: node24Environment(),
  stdio: 'inherit',
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
