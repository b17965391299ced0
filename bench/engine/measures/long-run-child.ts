/** Runs very many tasks in a fresh process and looks at time and memory as the log grows. */
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { RunId } from '../../../src/shared/ids.ts';
import { driveGraph } from '../muster/drive-graph.ts';
import { openMemoryStore, openSqliteStore } from '../muster/journal-store.ts';
import { seededRandom } from '../seeded-random.ts';
import { median } from '../statistics.ts';
import { randomGraph } from '../task-graph.ts';
import type { LongRunOutcome, Tenth } from './long-run-outcome.ts';

type Mark = { seq: number; at: number; processor: number; commit: number; rss: number };

const [folder, journalName, tasks, limit, reads, seed] = process.argv.slice(2);
if (folder === undefined || journalName === undefined) throw new Error('Started by long-run.ts');

/** Events between two looks. */
const every = 200;

const control = openControl(folder);
const store = await (journalName === 'memory' ? openMemoryStore : openSqliteStore)(folder);
const size = Number(tasks);
const graph = randomGraph(seededRandom(Number(seed)), { size, reach: 200, longest: 1 });
const journal = await store.create(RunId.parse('bench'));
const heapBefore = heap();
const before = process.memoryUsage().rss;
const marks: Mark[] = [];
let appends = 0;
let started = false;
let last = 0;
const state = await driveGraph({
  graph,
  limit: Number(limit),
  journal,
  playing: { reads: Number(reads), work: async () => {} },
  onApproved: () => {
    started = true;
  },
  onEvents: (_, { seq }) => {
    last = seq;
    if (!started) return;
    appends += 1;
    if (marks.length > 0 && seq < (marks.at(-1)?.seq ?? 0) + every) return;
    marks.push(look(seq));
  },
});
marks.push(look(last));
const heapAfter = heap();
await store.close();
// What stood in the write-ahead log is in the database now.
const bytes = await store.bytes();
const outcome: LongRunOutcome = {
  journal: journalName,
  tasks: size,
  events: last,
  appends,
  seconds: ((marks.at(-1)?.at ?? 0) - (marks[0]?.at ?? 0)) / 1_000,
  tenths: tenthsOf(marks),
  memory: {
    before: before / 1e6,
    most: Math.max(...marks.map(({ rss }) => rss)) / 1e6,
    heapBefore: heapBefore / 1e6,
    heapAfter: heapAfter / 1e6,
  },
  databaseBytesPerEvent: bytes / last,
};
control.close();
// The state is held until here, so that it counts as memory.
if (state.tasks.length !== size) throw new Error('The run lost tasks');
process.stdout.write(JSON.stringify(outcome));

function look(seq: number): Mark {
  const { user, system } = process.cpuUsage();
  return {
    seq,
    at: performance.now(),
    processor: (user + system) / 1_000,
    commit: control.commit(),
    rss: process.memoryUsage().rss,
  };
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

function tenthsOf(all: readonly Mark[]): Tenth[] {
  const tenths: Tenth[] = [];
  for (let tenth = 0; tenth < 10; tenth += 1) {
    const from = Math.floor(((all.length - 1) * tenth) / 10);
    const to = Math.floor(((all.length - 1) * (tenth + 1)) / 10);
    const [first, end] = [all[from], all[to]];
    if (!first || !end || end.seq === first.seq) continue;
    const events = end.seq - first.seq;
    tenths.push({
      events,
      wall: (end.at - first.at) / events,
      processor: (end.processor - first.processor) / events,
      commit: median(all.slice(from, to + 1).map(({ commit }) => commit)),
    });
  }
  return tenths;
}

/** A database of its own, to tell a run that gets slower from a disk that does. */
function openControl(place: string) {
  const database = new DatabaseSync(path.join(place, 'control.db'));
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('CREATE TABLE looks (text TEXT NOT NULL)');
  const insert = database.prepare('INSERT INTO looks (text) VALUES (?)');
  const text = 'x'.repeat(500);
  return {
    commit(): number {
      const begin = performance.now();
      insert.run(text);
      return performance.now() - begin;
    },
    close: () => database.close(),
  };
}
