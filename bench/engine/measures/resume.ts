/** (c) How long it takes to take up a run with a long log. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import type { EventBody } from '../../../src/shared/events.ts';
import { RunId } from '../../../src/shared/ids.ts';
import { buildShipped } from '../../../test/support/build-shipped.ts';
import { measureInChild } from '../child-process.ts';
import { driveGraph } from '../muster/drive-graph.ts';
import { openMemoryStore, openSqliteStore } from '../muster/journal-store.ts';
import { seededRandom } from '../seeded-random.ts';
import { median } from '../statistics.ts';
import { randomGraph } from '../task-graph.ts';
import { inWorkFolder } from '../work-folder.ts';
import { ResumeOutcome } from './resume-outcome.ts';

export type Resume = ResumeOutcome & {
  rounds: number;
  /** Milliseconds in a fresh process: open, read, fold, decide. */
  coldTotal: number;
  coldWithoutOpen: number;
};

const runId = RunId.parse('bench');
/** Of an agent, before it finishes: a task has about 50 events then. */
const reads = 9;
const batch = 250;

export function measureResume({
  events,
  rounds,
}: {
  events: number;
  rounds: number;
}): Promise<Resume> {
  return inWorkFolder(async (folder) => {
    await storeRun(folder, events);
    const child = await bundleChild(path.join(folder, 'program'));
    const outcomes: ResumeOutcome[] = [];
    for (let round = 0; round < rounds; round += 1) {
      outcomes.push(await measureInChild(child, [folder, runId], ResumeOutcome));
    }
    const middle = (of: (one: ResumeOutcome) => number) => median(outcomes.map(of));
    const total = ({ cold }: ResumeOutcome) => cold.read + cold.fold + cold.decide;
    return {
      rounds,
      events: middle((one) => one.events),
      cold: {
        open: middle((one) => one.cold.open),
        read: middle((one) => one.cold.read),
        fold: middle((one) => one.cold.fold),
        decide: middle((one) => one.cold.decide),
      },
      coldProcessor: middle((one) => one.coldProcessor),
      warm: {
        read: middle((one) => one.warm.read),
        fold: middle((one) => one.warm.fold),
        decide: middle((one) => one.warm.decide),
      },
      coldTotal: middle((one) => total(one) + one.cold.open),
      coldWithoutOpen: middle(total),
    };
  });
}

/** Beside the bundle of the database's worker, which is found there as in the shipped command line. */
async function bundleChild(folder: string): Promise<string> {
  await mkdir(folder);
  const outfile = path.join(await buildShipped(folder), 'resume-child.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'resume-child.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    logLevel: 'warning',
  });
  return outfile;
}

/** The first events of a run that was going on with 50 tasks at a time. */
async function storeRun(folder: string, wanted: number): Promise<void> {
  const bodies: EventBody[] = [];
  const texts: string[] = [];
  const memory = await openMemoryStore('');
  const journal = await memory.create(runId);
  const size = Math.ceil(wanted / 45);
  await driveGraph({
    graph: randomGraph(seededRandom(1), { size, reach: 100, longest: 1 }),
    limit: 50,
    playing: { reads, work: async () => {} },
    journal: {
      ...journal,
      append(events) {
        bodies.push(...events);
        return journal.append(events);
      },
      putBody(text) {
        texts.push(text);
        return journal.putBody(text);
      },
    },
  });
  if (bodies.length < wanted) throw new Error(`The run has only ${bodies.length} events`);
  const store = await openSqliteStore(folder);
  const stored = await store.create(runId);
  for (const text of texts) await stored.putBody(text);
  for (let from = 0; from < wanted; from += batch) {
    await stored.append(bodies.slice(from, Math.min(from + batch, wanted)));
  }
  await stored.close();
  await store.close();
}
