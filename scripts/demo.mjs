// `npm run demo`: makes everything ready on any Node from 20 on, then runs the demo on Node 24.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureWorkbench } from './setup/ensure-workbench.mjs';
import { node24Environment } from './setup/node-24.mjs';
import { projectRoot } from './setup/project-root.mjs';

const script = join(projectRoot, 'scripts', 'demo', 'run-demo.ts');
const options = process.argv.slice(2);
const headless = options.includes('--headless');
const unknown = options.find((option) => option !== '--headless');
const cancelled = new AbortController();

for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(name, () => cancelled.abort(name));
}

if (unknown === undefined) {
  process.exitCode = await setUpAndRun();
} else {
  console.error(`demo: there is no option ${unknown}. Usage: npm run demo [-- --headless]`);
  process.exitCode = 2;
}

/** @returns {Promise<number>} what to exit with */
async function setUpAndRun() {
  try {
    const { node } = await ensureWorkbench({ signal: cancelled.signal });
    return await run(node, [script, ...options]);
  } catch (error) {
    if (cancelled.signal.aborted) return 130;
    console.error(`demo: ${error instanceof Error ? error.message : error}`);
    if (headless) console.log('demo: 1 steps, 0 passed, 1 failed');
    return 1;
  }
}

/**
 * @param {string} node
 * @param {readonly string[]} args
 * @returns {Promise<number>} what to exit with; ending the shown demo by Ctrl+C is no failure
 */
function run(node, args) {
  return new Promise((resolve, reject) => {
    const env = node24Environment();
    const child = spawn(node, args, { cwd: projectRoot, env, stdio: 'inherit' });
    // In a terminal Ctrl+C reaches both; handed on once more it does no harm.
    const handOn = () => child.kill(cancelled.signal.reason);
    cancelled.signal.addEventListener('abort', handOn);
    if (cancelled.signal.aborted) handOn();
    child.once('error', reject);
    child.once('close', (code) => {
      const ended = cancelled.signal.reason === 'SIGINT' && !headless;
      resolve(ended ? 0 : (code ?? 1));
    });
  });
}
