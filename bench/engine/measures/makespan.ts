/** (b) How long random graphs take against what no scheduler can beat. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
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
  /** Graphs of which it left tasks undone; they do not count below. */
  undone: number;
  /** Of makespan over lower bound. */
  median: number;
  ninth: number;
  worst: number;
  /** Of how it scheduled the worst one. */
  worstGraph: string;
};

type Case = { graph: TaskGraph; limit: number; bound: number };
/** `tasks` counts what was begun: LangGraph JS leaves out most of a step when one is allowed at a time. */
type Outcome = { makespan: number; tasks: number };
type Contender = { name: string; run: (one: Case) => Promise<Outcome> };

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
    { name: 'Muster', run: musterVirtual },
    ...peers.map((peer) => ({ name: peer.name, run: peerVirtual(peer) })),
  ]);
}

/** Real time, 10 ms for a unit, with durable stores: what journal and engine add. */
export async function measureScaledMakespan(
  peers: readonly Peer[],
  { seed, graphs }: { seed: number; graphs: number },
): Promise<Makespans[]> {
  const random = seededRandom(seed);
  const cases = Array.from({ length: graphs }, () => drawCase(random, { from: 20, to: 40 }));
  return compare(cases, [
    { name: 'Muster', run: musterScaled },
    ...peers.map((peer) => ({ name: peer.name, run: peerScaled(peer) })),
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
  const outcomes = new Map<string, Array<Outcome & { of: Case }>>();
  for (const [index, one] of cases.entries()) {
    const order = index % 2 === 0 ? contenders : [...contenders].reverse();
    for (const { name, run } of order) {
      const before = outcomes.get(name) ?? [];
      outcomes.set(name, [...before, { ...(await run(one)), of: one }]);
    }
  }
  return contenders.map(({ name }) => summarize(name, outcomes.get(name) ?? []));
}

function summarize(who: string, outcomes: ReadonlyArray<Outcome & { of: Case }>): Makespans {
  const done = outcomes.filter(({ tasks, of }) => tasks === of.graph.tasks.length);
  const ratios = done.map(({ makespan, of }) => makespan / of.bound);
  const worst = Math.max(...ratios);
  const one = done[ratios.indexOf(worst)]?.of;
  return {
    who,
    graphs: outcomes.length,
    undone: outcomes.length - done.length,
    median: median(ratios),
    ninth: quantile(ratios, 0.9),
    worst,
    worstGraph: one ? `${one.graph.name}, ${one.limit} at a time` : '',
  };
}

async function musterVirtual({ graph, limit }: Case): Promise<Outcome> {
  const time = new VirtualTime(quietTurns);
  const store = await openMemoryStore('');
  let start = Number.NaN;
  const { work, begun } = counted((duration) => time.sleep(duration));
  await time.run(
    driveGraph({
      graph,
      limit,
      journal: await store.create(RunId.parse('bench')),
      time: stoppedTime,
      playing: { reads: 0, work },
      onApproved: () => {
        start = time.now;
      },
    }),
  );
  return { makespan: time.now - start, tasks: begun() };
}

function peerVirtual(peer: Peer): Contender['run'] {
  return async ({ graph, limit }) => {
    const time = new VirtualTime(quietTurns);
    const { work, begun } = counted((duration) => time.sleep(duration));
    await time.run(peer.runLimited(graph, limit, work));
    return { makespan: time.now, tasks: begun() };
  };
}

function musterScaled({ graph, limit }: Case): Promise<Outcome> {
  return inWorkFolder(async (folder) => {
    const store = await openSqliteStore(folder);
    const { work, begun } = counted(realWork);
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
      return { makespan: (performance.now() - start) / unitMs, tasks: begun() };
    } finally {
      await store.close();
    }
  });
}

function peerScaled(peer: Peer): Contender['run'] {
  return ({ graph, limit }) =>
    inWorkFolder(async (folder) => {
      const { work, begun } = counted(realWork);
      const ms = await peer.runLimited(graph, limit, work, folder);
      return { makespan: ms / unitMs, tasks: begun() };
    });
}

function counted(wait: (duration: number) => Promise<void>) {
  let tasks = 0;
  return {
    begun: () => tasks,
    work: (duration: number) => {
      tasks += 1;
      return wait(duration);
    },
  };
}

async function realWork(duration: number): Promise<void> {
  await sleep(duration * unitMs);
}
