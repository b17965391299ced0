/** (a) What a durable task costs that does nothing: engine, journal and disk, against the floor and the peers. */
import { performance } from 'node:perf_hooks';
import type { RunEvent } from '../../../src/shared/events.ts';
import { RunId } from '../../../src/shared/ids.ts';
import { commitEach } from '../floor.ts';
import { driveGraph } from '../muster/drive-graph.ts';
import { type OpenStore, openMemoryStore, openSqliteStore } from '../muster/journal-store.ts';
import type { Peer } from '../peers/peer.ts';
import { alternate, median } from '../statistics.ts';
import { chain, layers, type TaskGraph } from '../task-graph.ts';
import { inWorkFolder } from '../work-folder.ts';

export type DurableTrial = {
  who: string;
  graph: string;
  tasks: number;
  /** Medians over the rounds. */
  ms: number;
  msPerTask: number;
  commits: number;
  /** Records of what happened; a peer writes one in each commit. */
  events: number;
  /** The time of as many plain commits as there were events. */
  overEventFloor: number;
  /** The time of as many plain commits as there were commits. */
  overCommitFloor: number;
};

type Outcome = { ms: number; commits: number; events: number };
type Trial = { name: string; tasks: number; run: () => Promise<Outcome> };
type Shape = { name: string; of: (tasks: number) => TaskGraph };

const limit = 10;
const tasksOfShape = 100;

const shapes: readonly Shape[] = [
  { name: 'layers of 10', of: (tasks) => layers(Math.ceil(tasks / 10), 10) },
  { name: 'chain', of: chain },
];

/** @param sameCommitRounds rounds with as many commits of a peer as Muster needs for its tasks */
export async function measureDurableTasks(
  peers: readonly Peer[],
  { rounds, sameCommitRounds }: { rounds: number; sameCommitRounds: number },
): Promise<DurableTrial[]> {
  const results: DurableTrial[] = [];
  for (const shape of shapes) {
    const graph = shape.of(tasksOfShape);
    // Also warms up what is measured next.
    const { events } = await runMuster(graph, openMemoryStore);
    const floor = { name: 'floor', tasks: graph.tasks.length, run: () => floorOf(events) };
    const trials: Trial[] = [
      floor,
      musterTrial('Muster', graph, openSqliteStore),
      musterTrial('Muster, in memory', graph, openMemoryStore),
      ...peers.map((peer) => peerTrial(peer.name, peer, graph)),
    ];
    const compared = await compare(shape, trials, rounds);
    results.push(...compared);
    const longer = peers.map((peer) => sameCommits(peer, shape, compared));
    results.push(...(await compare(shape, [floor, ...longer], sameCommitRounds)).slice(1));
  }
  return results;
}

async function compare(
  shape: Shape,
  trials: readonly Trial[],
  rounds: number,
): Promise<DurableTrial[]> {
  const outcomes = await alternate(trials, rounds);
  const of = (name: string) => outcomes.get(name) ?? [];
  // Against the floor of the same round: from round to round the disk may change.
  const perCommit = of('floor').map(({ ms, commits }) => ms / commits);
  const overFloor = (name: string, count: (outcome: Outcome) => number) =>
    median(of(name).map((each, round) => each.ms / count(each) / (perCommit[round] ?? 0)));
  return trials.map(({ name, tasks }) => {
    const ms = median(of(name).map((each) => each.ms));
    const commits = median(of(name).map((each) => each.commits));
    const events = median(of(name).map((each) => each.events));
    return {
      who: name,
      graph: shape.name,
      tasks,
      ms,
      msPerTask: ms / tasks,
      commits,
      events,
      overEventFloor: overFloor(name, (each) => each.events),
      overCommitFloor: overFloor(name, (each) => each.commits),
    };
  });
}

async function floorOf(events: readonly RunEvent[]): Promise<Outcome> {
  const ms = await inWorkFolder(async (folder) => commitEach(folder, events));
  return { ms, commits: events.length, events: events.length };
}

function musterTrial(name: string, graph: TaskGraph, open: OpenStore): Trial {
  const durable = open !== openMemoryStore;
  return {
    name,
    tasks: graph.tasks.length,
    run: async () => {
      const { ms, commits, events } = await runMuster(graph, open);
      return { ms, commits: durable ? commits : 0, events: events.length };
    },
  };
}

function peerTrial(name: string, peer: Peer, graph: TaskGraph): Trial {
  return {
    name,
    tasks: graph.tasks.length,
    run: () =>
      inWorkFolder(async (folder) => {
        const { ms, commits } = await peer.runDurably(graph, folder);
        return { ms, commits, events: commits };
      }),
  };
}

/** The same shape with so many tasks that the peer commits as often as Muster. */
function sameCommits(peer: Peer, shape: Shape, compared: readonly DurableTrial[]): Trial {
  const commitsOf = (who: string) => compared.find((one) => one.who === who)?.commits ?? 0;
  const tasks = Math.round((tasksOfShape * commitsOf('Muster')) / commitsOf(peer.name));
  return peerTrial(`${peer.name}, as many commits`, peer, shape.of(tasks));
}

async function runMuster(
  graph: TaskGraph,
  open: OpenStore,
): Promise<{ ms: number; commits: number; events: RunEvent[] }> {
  return inWorkFolder(async (folder) => {
    const store = await open(folder);
    const events: RunEvent[] = [];
    let commits = 0;
    let start: number | undefined;
    try {
      await driveGraph({
        graph,
        limit,
        journal: await store.create(RunId.parse('bench')),
        playing: { reads: 0, work: async () => {} },
        onApproved: () => {
          start = performance.now();
        },
        onEvents: (appended) => {
          if (start === undefined) return;
          commits += 1;
          events.push(...appended);
        },
      });
      return { ms: performance.now() - (start ?? Number.NaN), commits, events };
    } finally {
      await store.close();
    }
  });
}
