/** (b) How long random graphs take against what no scheduler can beat. */
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { RunId } from '../../../src/shared/ids.ts';
import { driveGraph } from '../muster/drive-graph.ts';
import { openMemoryStore, openSqliteStore } from '../muster/journal-store.ts';
import type { Peer } from '../peers/peer.ts';
import { type SeededRandom, seededRandom } from '../seeded-random.ts';
import { median, quantile } from '../statistics.ts';
import { lowerBound, randomGraph, type TaskGraph } from '../task-graph.ts';
import { stoppedTime, VirtualTime } from '../virtual-time.ts';
import { inWorkFolder } from '../work-folder.ts';

export type Makespans = {
  who: string;
  graphs: number;
  /** Of makespan over lower bound. */
  median: number;
  ninth: number;
  worst: number;
  /** Of how it scheduled the worst one. */
  worstGraph: string;
};

type Case = { graph: TaskGraph; limit: number; bound: number };
type Contender = { name: string; makespan: (one: Case) => Promise<number> };

/** Turns of the event loop without a new task, after which nobody is about to start one. */
const quietTurns = 5;
/** Of real time, for a unit of a graph's time. */
const unitMs = 10;

/** Virtual time: what the scheduling alone loses. */
export async function measureMakespan(
  peers: readonly Peer[],
  { seed, graphs }: { seed: number; graphs: number },
): Promise<Makespans[]> {
  const random = seededRandom(seed);
  const cases = Array.from({ length: graphs }, () => drawCase(random, { from: 20, to: 200 }));
  return compare(cases, [
    { name: 'Muster', makespan: musterVirtual },
    ...peers.map((peer) => ({ name: peer.name, makespan: peerVirtual(peer) })),
  ]);
}

/** Real time, 10 ms for a unit, with durable stores: what journal and engine add. */
export async function measureScaledMakespan(
  peers: readonly Peer[],
  { seed, graphs }: { seed: number; graphs: number },
): Promise<Makespans[]> {
  const random = seededRandom(seed);
  const cases = Array.from({ length: graphs }, () => drawCase(random, { from: 30, to: 50 }));
  return compare(cases, [
    { name: 'Muster', makespan: musterScaled },
    ...peers.map((peer) => ({ name: peer.name, makespan: peerScaled(peer) })),
  ]);
}

function drawCase(random: SeededRandom, { from, to }: { from: number; to: number }): Case {
  const size = random.integer(from, to);
  const reach = random.integer(5, Math.max(5, Math.floor(size / 2)));
  const graph = randomGraph(random, { size, reach, longest: 20 });
  const limit = random.integer(1, 10);
  return { graph, limit, bound: lowerBound(graph, limit) };
}

async function compare(
  cases: readonly Case[],
  contenders: readonly Contender[],
): Promise<Makespans[]> {
  const ratios = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (const [index, one] of cases.entries()) {
    const order = index % 2 === 0 ? contenders : [...contenders].reverse();
    for (const { name, makespan } of order) {
      ratios.get(name)?.push((await makespan(one)) / one.bound);
    }
  }
  return contenders.map(({ name }) => summarize(name, cases, ratios.get(name) ?? []));
}

function summarize(who: string, cases: readonly Case[], ratios: readonly number[]): Makespans {
  const worst = Math.max(...ratios);
  const one = cases[ratios.indexOf(worst)];
  return {
    who,
    graphs: ratios.length,
    median: median(ratios),
    ninth: quantile(ratios, 0.9),
    worst,
    worstGraph: one ? `${one.graph.name}, ${one.limit} at a time` : '',
  };
}

async function musterVirtual({ graph, limit }: Case): Promise<number> {
  const time = new VirtualTime(quietTurns);
  const store = await openMemoryStore('');
  let start = Number.NaN;
  await time.run(
    driveGraph({
      graph,
      limit,
      journal: await store.create(RunId.parse('bench')),
      time: stoppedTime,
      playing: { reads: 0, work: (duration) => time.sleep(duration) },
      onApproved: () => {
        start = time.now;
      },
    }),
  );
  return time.now - start;
}

function peerVirtual(peer: Peer): Contender['makespan'] {
  return async ({ graph, limit }) => {
    const time = new VirtualTime(quietTurns);
    await time.run(peer.runLimited(graph, limit, (duration) => time.sleep(duration)));
    return time.now;
  };
}

function musterScaled({ graph, limit }: Case): Promise<number> {
  return inWorkFolder(async (folder) => {
    const store = await openSqliteStore(folder);
    let start = Number.NaN;
    try {
      await driveGraph({
        graph,
        limit,
        journal: await store.create(RunId.parse('bench')),
        playing: { reads: 0, work },
        onApproved: () => {
          start = performance.now();
        },
      });
      return (performance.now() - start) / unitMs;
    } finally {
      await store.close();
    }
  });
}

function peerScaled(peer: Peer): Contender['makespan'] {
  return ({ graph, limit }) =>
    inWorkFolder(async (folder) => (await peer.runLimited(graph, limit, work, folder)) / unitMs);
}

async function work(duration: number): Promise<void> {
  await wait(duration * unitMs);
}
