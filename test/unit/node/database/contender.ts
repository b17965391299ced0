/** One of several processes that execute all runs of a database, each run by one of them at a time. */
import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, openDatabase } from '../../../../src/node/database/open-database.ts';
import type { RunId } from '../../../../src/shared/ids.ts';
import { isMusterError } from '../../../../src/shared/muster-error.ts';

/** `stopRun` counts the runs of this process; in the middle of that one it waits to be killed. */
const [folder = '', name = '', steps = '0', diary = '', stopRun = ''] = process.argv.slice(2);
let begun = 0;
const note = (word: string, runId: RunId) => appendFileSync(diary, `${word} ${runId} ${name}\n`);

const database = await openDatabase(folder, { clock: { now: () => new Date() } });
while (await executeOne(database)) {
  // Until all runs are completed.
}
await database.close();

/** @returns whether runs are left */
async function executeOne(from: Database): Promise<boolean> {
  const left = (await from.listRuns()).filter(({ status }) => status !== 'completed');
  const free = left.filter(({ held }) => !held);
  const chosen = free[Math.floor(Math.random() * free.length)];
  if (chosen !== undefined) await execute(from, chosen.runId);
  else await pause(5);
  return left.length > 0;
}

/** Goes on where the log ends: step by step, then the end. */
async function execute(from: Database, runId: RunId): Promise<void> {
  const journal = await from.openRun(runId).catch((error: unknown) => {
    // Another was faster.
    if (isMusterError(error) && error.code === 'in-use') return undefined;
    throw error;
  });
  if (journal === undefined) return;
  begun += 1;
  note('begins', runId);
  const events = await journal.read();
  const done = events.filter(({ type }) => type === 'workflow:results').length;
  const completed = events.some((event) => event.type === 'workflow:status');
  for (let step = done; step < Number(steps) && !completed; step += 1) {
    await journal.putBody(`${runId} ${step}`);
    await journal.append([{ type: 'workflow:results', text: `${step} ${name} ${journal.epoch}` }]);
    if (begun === Number(stopRun) && step === Math.floor(Number(steps) / 2)) {
      note('waits', runId);
      await pause(600_000);
    }
  }
  if (!completed) await journal.append([{ type: 'workflow:status', status: 'completed' }]);
  note('ends', runId);
  await journal.close();
}
