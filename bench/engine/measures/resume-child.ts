/** Takes up a stored run in a fresh process, as far as the first decision. */
import { performance } from 'node:perf_hooks';
import { decide } from '../../../src/engine/run/decide.ts';
import type { RunEvent } from '../../../src/shared/events.ts';
import { RunId } from '../../../src/shared/ids.ts';
import { reduceAll } from '../../../src/shared/reduce.ts';
import { openSqliteStore } from '../muster/journal-store.ts';
import { median } from '../statistics.ts';
import type { ResumeOutcome } from './resume-outcome.ts';

const [folder, name] = process.argv.slice(2);
if (folder === undefined || name === undefined) throw new Error('Usage: resume-child FOLDER RUN');

const runId = RunId.parse(name);
const start = performance.now();
const store = await openSqliteStore(folder);
const journal = await store.open(runId);
const open = performance.now() - start;
const processorBefore = process.cpuUsage();
const { events, ...first } = await takeUp();
const { user, system } = process.cpuUsage(processorBefore);
const again = [];
for (let round = 0; round < 5; round += 1) again.push(await takeUp());
await journal.close();
await store.close();

const outcome: ResumeOutcome = {
  events,
  cold: { open, ...first },
  coldProcessor: (user + system) / 1_000,
  warm: {
    read: median(again.map((each) => each.read)),
    fold: median(again.map((each) => each.fold)),
    decide: median(again.map((each) => each.decide)),
  },
};
process.stdout.write(JSON.stringify(outcome));

async function takeUp() {
  const begin = performance.now();
  const log: RunEvent[] = await journal.read();
  const wasRead = performance.now();
  const state = reduceAll(log);
  const folded = performance.now();
  if (!state) throw new Error('The log is empty');
  // A run in the middle of its work has something to do.
  const commands = decide(state, { freeSlots: 50, now: Date.now() });
  const decided = performance.now();
  if (commands.length === 0) throw new Error('Nothing is to be done in this run');
  return {
    events: log.length,
    read: wasRead - begin,
    fold: folded - wasRead,
    decide: decided - folded,
  };
}
