/** `npm run test:apply-crash`: kills an apply and a revert of 50 files before every step of theirs. */
import os from 'node:os';
import process from 'node:process';
import { type Kind, openApplyCrashSuite } from '../support/apply-crash/apply-crash-suite.ts';

const began = performance.now();
const suite = await openApplyCrashSuite();
try {
  const points = (['apply', 'revert'] satisfies Kind[]).flatMap((kind) =>
    Array.from({ length: suite.steps[kind] }, (_, step) => ({ kind, step })),
  );
  say(`apply: ${suite.steps.apply} steps, revert: ${suite.steps.revert} steps`);
  const counts: Record<string, number> = {};
  let failed = 0;
  const waiting = [...points];
  const work = async () => {
    for (let point = waiting.shift(); point; point = waiting.shift()) {
      try {
        const outcome = await suite.killBefore(point.kind, point.step);
        const name = `${point.kind} ${outcome}`;
        counts[name] = (counts[name] ?? 0) + 1;
      } catch (error) {
        failed += 1;
        say(`${point.kind} ${point.step}: ${error instanceof Error ? error.message : error}`);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(3, os.availableParallelism()) }, work));
  const seconds = Math.round((performance.now() - began) / 1000);
  say(JSON.stringify({ ...counts, seconds }));
  say(`${points.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  await suite.close();
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
