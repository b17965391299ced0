// `npm run bench:engine`: installs the peers where they are missing and starts the bench.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand } from '../scripts/setup/npm-command.mjs';
import { startBench } from './start-bench.mjs';

const folder = import.meta.dirname;

try {
  if (!existsSync(join(folder, 'node_modules', '.package-lock.json'))) {
    console.log('bench: installing the peers');
    const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
    await npmCommand(['ci', '--ignore-scripts', ...quiet], { cwd: folder, signal: undefined });
  }
  // The peers report nothing to anybody.
  startBench('engine', { MASTRA_TELEMETRY_DISABLED: '1', LANGSMITH_TRACING: 'false' });
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
