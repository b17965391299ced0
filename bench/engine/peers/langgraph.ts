/** LangGraph JS: a StateGraph whose edges are those of the graph, with its SqliteSaver. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Annotation, END, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import type { GraphTask, TaskGraph } from '../task-graph.ts';
import type { Peer } from './peer.ts';

type Step = { id: string; after: string[]; run: () => Promise<void> };
type Saver = MemorySaver | SqliteSaver;

/** Kept as small as it can be: the peer is not measured by what it is made to carry. */
const State = Annotation.Root({
  last: Annotation<string>({ reducer: (_, right) => right, default: () => '' }),
});

export const langGraph: Peer = {
  name: 'LangGraph JS',
  version: versionOf('@langchain/langgraph'),
  how: 'StateGraph, SqliteSaver, durability "sync", synchronous FULL',
  async runDurably(graph, folder) {
    const saver = durableSaver(folder);
    const counted = countCommits(saver);
    const app = compile(graph.tasks.flatMap(threeSteps), saver);
    const start = performance.now();
    await app.invoke({ last: '' }, settings(graph, 3));
    const ms = performance.now() - start;
    saver.db.close();
    return { ms, commits: counted.commits };
  },
  async runLimited(graph, limit, work, folder) {
    const steps = graph.tasks.map(
      ({ id, after, duration }): Step => ({ id, after, run: () => work(duration) }),
    );
    const saver = folder === undefined ? new MemorySaver() : durableSaver(folder);
    const app = compile(steps, saver);
    const start = performance.now();
    await app.invoke({ last: '' }, { ...settings(graph, 1), maxConcurrency: limit });
    const ms = performance.now() - start;
    if (saver instanceof SqliteSaver) saver.db.close();
    return ms;
  },
};

function versionOf(name: string): string {
  const file = path.join(import.meta.dirname, '../../node_modules', name, 'package.json');
  // Every package.json has a version.
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** better-sqlite3 goes down to NORMAL in WAL, which loses the last commits with the power. */
function durableSaver(folder: string): SqliteSaver {
  const saver = SqliteSaver.fromConnString(path.join(folder, 'langgraph.db'));
  saver.db.pragma('journal_mode = WAL');
  saver.db.pragma('synchronous = FULL');
  return saver;
}

function countCommits(saver: SqliteSaver): { commits: number } {
  const counted = { commits: 0 };
  const put = saver.put.bind(saver);
  const putWrites = saver.putWrites.bind(saver);
  saver.put = (...args) => {
    counted.commits += 1;
    return put(...args);
  };
  saver.putWrites = (...args) => {
    counted.commits += 1;
    return putWrites(...args);
  };
  return counted;
}

function threeSteps({ id, after }: GraphTask): Step[] {
  const run = async () => {};
  return [
    { id: `${id}-start`, after: after.map((each) => `${each}-complete`), run },
    { id: `${id}-answer`, after: [`${id}-start`], run },
    { id: `${id}-complete`, after: [`${id}-answer`], run },
  ];
}

function compile(steps: readonly Step[], checkpointer: Saver) {
  // The builder's type grows with each node; ours are known only when it runs.
  const builder = new StateGraph(State) as unknown as {
    addNode(id: string, run: () => Promise<{ last: string }>): void;
    addEdge(from: string | string[], to: string): void;
    compile(options: { checkpointer: Saver }): {
      invoke(input: { last: string }, config: Record<string, unknown>): Promise<unknown>;
    };
  };
  const waitedFor = new Set(steps.flatMap((step) => step.after));
  for (const { id, run } of steps) {
    builder.addNode(id, async () => {
      await run();
      return { last: id };
    });
  }
  for (const { id, after } of steps) {
    const [only] = after;
    if (only === undefined) builder.addEdge(START, id);
    else builder.addEdge(after.length === 1 ? only : after, id);
    if (!waitedFor.has(id)) builder.addEdge(id, END);
  }
  return builder.compile({ checkpointer });
}

function settings(graph: TaskGraph, stepsOfTask: number) {
  return {
    configurable: { thread_id: 'bench' },
    durability: 'sync',
    recursionLimit: graph.tasks.length * stepsOfTask + 10,
  };
}
