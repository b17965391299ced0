// `npm run bench:engine`: installs the peers where they are missing and starts the bench on Node 24.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { node24Environment, node24Path } from '../scripts/setup/node-24.mjs';
import { npmCommand } from '../scripts/setup/npm-command.mjs';

const folder = import.meta.dirname;

try {
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) {
    console.log('bench: installing the peers');
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
    await npmCommand(['ci', '--ignore-scripts', ...quiet], { cwd: folder, signal: undefined });
  }
  const script = join(folder, 'engine', 'main.ts');
  const child = spawn(node24Path(), [script, ...process.argv.slice(2)], {
    // The peers report nothing to anybody.
    env: { ...node24Environment(), MASTRA_TELEMETRY_DISABLED: '1', LANGSMITH_TRACING: 'false' },
    stdio: 'inherit',
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.on(signal, () => child.kill(signal));
  }
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
