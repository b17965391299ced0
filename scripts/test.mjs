/** `npm test`: makes a fresh machine ready, then runs everything that CI runs, on Node 24. */
import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { ensureSandbox } from './setup/ensure-sandbox.mjs';
import { ensureWorkbench } from './setup/ensure-workbench.mjs';
import { node24Environment, node24Path } from './setup/node-24.mjs';
import { projectRoot } from './setup/project-root.mjs';

try {
  await ensureWorkbench();
  ensureSandbox();
  const script = path.join(projectRoot, 'scripts', 'test', 'run-all.ts');
  const child = spawn(node24Path(), [script, ...process.argv.slice(2)], {
    cwd: projectRoot,
    env: node24Environment(),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.stdout.write('0 passed, 1 failed\n');
  process.exitCode = 1;
}
