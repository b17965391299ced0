/** Runs the stages of the tests in order, shows each as it goes, and prints the sum on the last line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

type Counts = { passed: number; failed: number; skipped: number };
type Stage = { name: string; command: string; args: string[]; counted?: boolean };

const folder = mkdtempSync(path.join(os.tmpdir(), 'muster-test-'));
const npm = (script: string): Stage => ({
  name: script,
  command: 'npm',
  args: ['run', '--silent', script],
});
const mocha = (name: string, files: string): Stage => ({
  name,
  command: 'mocha',
  args: ['--reporter', 'scripts/test/counting-reporter.cjs', files],
  counted: true,
});

const stages: Stage[] = [
  npm('check:types'),
  npm('check:lint'),
  npm('check:unused'),
  npm('check:arrows'),
  npm('package'),
  mocha('unit', 'test/unit/**/*.test.ts'),
  mocha('crash', 'test/crash/**/*.test.ts'),
  { name: 'host', command: 'node', args: ['test/host/run-host.ts'], counted: true },
  mocha('e2e', 'test/e2e/**/*.test.ts'),
];

/** One stage alone: `npm test -- unit`. */
const only = process.argv.slice(2);
let running: ChildProcess | undefined;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    running?.kill(signal);
    process.exitCode = 130;
  });
}

const total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const stage of stages) {
  if (only.length > 0 && !only.includes(stage.name)) continue;
  const from = performance.now();
  process.stdout.write(`\n=== ${stage.name}\n`);
  const counts = await runStage(stage);
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped;
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  process.stdout.write(`=== ${stage.name}: ${words(counts)} (${seconds} s)\n`);
}
rmSync(folder, { recursive: true, force: true });
process.exitCode ||= total.failed > 0 || total.passed === 0 ? 1 : 0;
process.stdout.write(`\n${words(total)}\n`);

async function runStage(stage: Stage): Promise<Counts> {
  const file = path.join(folder, `${stage.name.replace(':', '-')}.json`);
  const code = await new Promise<number>((resolve) => {
    running = spawn(stage.command, stage.args, {
      env: { ...process.env, MUSTER_TEST_COUNTS: file, FORCE_COLOR: '0' },
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    });
    running.on('error', () => resolve(1));
    running.on('exit', (exit) => resolve(exit ?? 1));
  });
  if (!stage.counted) return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 };
  const counts = JSON.parse(readFileSync(file, 'utf8')) as Counts;
  // A suite that fails outside its tests, or that found none, has not passed.
  const broken = code !== 0 || counts.passed === 0;
  return broken && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function words({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
