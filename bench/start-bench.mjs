// Runs the main program of a bench on Node 24, ends it with this process, and ends as it did.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { node24Environment, node24Path } from '../scripts/setup/node-24.mjs';

/**
 * @param {string} name of the bench's folder
 * @param {NodeJS.ProcessEnv} [environment] beside what this process has
 */
export function startBench(name, environment = {}) {
  const script = join(import.meta.dirname, name, 'main.ts');
  const child = spawn(node24Path(), [script, ...process.argv.slice(2)], {
    env: { ...node24Environment(), ...environment },
    stdio: 'inherit',
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
