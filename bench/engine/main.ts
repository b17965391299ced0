/** `npm run bench:engine`: measures the engine beside its peers and prints tables; the figures go into a JSON file. */
import { mkdir, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { measureDurableTasks } from './measures/durable-tasks.ts';
import { measureFullPath } from './measures/full-path.ts';
import { measureLongRun } from './measures/long-run.ts';
import { measureMakespan, measureScaledMakespan } from './measures/makespan.ts';
import { measureResume } from './measures/resume.ts';
import { langGraph } from './peers/langgraph.ts';
import { mastra } from './peers/mastra.ts';
import { durableTable, fullPathTable, longRunTable, makespanTable, resumeTable } from './report.ts';

type Sizes = {
  rounds: number;
  sameCommitRounds: number;
  fullPathTasks: number;
  graphs: number;
  scaledGraphs: number;
  resumeRounds: number;
  longTasks: number;
};

const quick: Sizes = {
  rounds: 3,
  sameCommitRounds: 1,
  fullPathTasks: 10,
  graphs: 25,
  scaledGraphs: 4,
  resumeRounds: 3,
  longTasks: 300,
};
const full: Sizes = {
  rounds: 7,
  sameCommitRounds: 3,
  fullPathTasks: 100,
  graphs: 200,
  scaledGraphs: 10,
  resumeRounds: 11,
  longTasks: 1_000,
};

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    seed: { type: 'string', default: '20260101' },
    json: { type: 'string' },
    only: { type: 'string', default: 'abcd' },
  },
});
const seed = Number(values.seed);
if (!Number.isInteger(seed)) throw new Error(`--seed takes an integer, not ${values.seed}`);
const sizes = values.full ? full : quick;
const peers = [langGraph, mastra];
const started = performance.now();
const results: Record<string, unknown> = {
  at: new Date().toISOString(),
  mode: values.full ? 'full' : 'quick',
  seed,
  machine: {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processors: os.cpus().length,
    model: os.cpus()[0]?.model ?? 'unknown',
    loadAtStart: os.loadavg()[0],
  },
  peers: peers.map(({ name, version, how }) => ({ name, version, how })),
};

print(`Muster's engine, ${values.full ? 'full' : 'quick'}, seed ${seed}, Node ${process.version}`);
for (const { name, version, how } of peers) print(`${name} ${version}: ${how}`);

await part('a', 'durable tasks that do nothing', async () => {
  const { rounds, sameCommitRounds, fullPathTasks } = sizes;
  const tasks = await measureDurableTasks(peers, { rounds, sameCommitRounds });
  print(durableTable(tasks));
  const fullPath = await measureFullPath(fullPathTasks);
  print(`\n${fullPathTable(fullPath)}`);
  return { tasks, fullPath };
});
await part('b', 'makespan of random graphs over the lower bound', async () => {
  const virtual = await measureMakespan(peers, { seed, graphs: sizes.graphs });
  print(makespanTable('virtual time', virtual));
  const scaled = await measureScaledMakespan(peers, { seed, graphs: sizes.scaledGraphs });
  print(`\n${makespanTable('10 ms a unit, durable', scaled)}`);
  return { virtual, scaled };
});
await part('c', 'taking up a run', async () => {
  const resume = await measureResume({ events: 10_000, rounds: sizes.resumeRounds });
  print(resumeTable(resume));
  return resume;
});
await part('d', 'a long run, 50 tasks at a time', async () => {
  const runs = await measureLongRun({ tasks: sizes.longTasks, seed });
  print(longRunTable(runs));
  return runs;
});

results.seconds = (performance.now() - started) / 1_000;
const file = await writeResults();
print(`\n${Math.round((performance.now() - started) / 1_000)} s. Figures: ${file}`);
// The peers leave timers and connections behind.
process.exit(0);

async function part(letter: string, title: string, measure: () => Promise<unknown>): Promise<void> {
  if (!values.only.includes(letter)) return;
  print(`\n(${letter}) ${title}`);
  results[letter] = await measure();
}

async function writeResults(): Promise<string> {
  const folder = path.join(import.meta.dirname, '..', '.results');
  const target = path.resolve(values.json ?? path.join(folder, 'engine.json'));
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, `${JSON.stringify(results, undefined, 2)}\n`);
  return path.relative(process.cwd(), target);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
