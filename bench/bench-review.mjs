// `npm run bench:review`: starts the bench of review and apply on Node 24; it needs no peers.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node24Environment, node24Path } from '../scripts/setup/node-24.mjs';

const script = join(import.meta.dirname, 'review', 'main.ts');
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
