/** Mastra workflows: level after level, because a workflow has no edges of its own, with LibSQL storage. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Client, createClient } from '@libsql/client';
import { Mastra } from '@mastra/core/mastra';
import { InMemoryStore } from '@mastra/core/storage';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { LibSQLStore } from '@mastra/libsql';
import * as z from 'zod';
import { type GraphTask, levelsOf } from '../task-graph.ts';
import type { Peer } from './peer.ts';

type Steps = ReturnType<typeof step>;
/** What we use of a workflow; its own type grows with each step, and ours are known only when it runs. */
type Builder = {
  then(step: Steps): Builder;
  parallel(steps: Steps[]): Builder;
  map(items: () => Promise<GraphTask[]>): Builder;
  foreach(step: Steps, options: { concurrency: number }): Builder;
  commit(): Builder;
  createRun(): Promise<{ start(input: { inputData: unknown }): Promise<{ status: string }> }>;
};

export const mastra: Peer = {
  name: 'Mastra',
  version: versionOf('@mastra/core'),
  how: 'parallel() level after level, LibSQLStore, synchronous FULL',
  async runDurably(graph, folder) {
    const { store, client } = await durableStore(folder);
    const counted = await countSnapshots(store);
    const workflow = newWorkflow();
    for (const tasks of levelsOf(graph)) {
      for (const part of ['start', 'answer', 'complete']) {
        const steps = tasks.map(({ id }) => step(`${id}-${part}`, async () => {}));
        const [only] = steps;
        if (steps.length === 1 && only) workflow.then(only);
        else workflow.parallel(steps);
      }
    }
    const ms = await run(workflow, store);
    await requireFullSync(client);
    client.close();
    return { ms, commits: counted.commits };
  },
  async runLimited(graph, limit, work, folder) {
    const durable = folder === undefined ? undefined : await durableStore(folder);
    const workflow = newWorkflow();
    for (const [index, tasks] of levelsOf(graph).entries()) {
      const one = step(`level-${index}`, (task) => work(task.duration));
      workflow.map(async () => tasks).foreach(one, { concurrency: limit });
    }
    const ms = await run(workflow, durable?.store ?? new InMemoryStore());
    durable?.client.close();
    return ms;
  },
};

function versionOf(name: string): string {
  const file = path.join(import.meta.dirname, '../../node_modules', name, 'package.json');
  // Every package.json has a version.
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** LibSQLStore sets `synchronous` to NORMAL, which loses the last commits with the power. */
async function durableStore(folder: string): Promise<{ store: LibSQLStore; client: Client }> {
  const client = createClient({ url: `file:${path.join(folder, 'mastra.db')}` });
  await client.execute('PRAGMA journal_mode = WAL');
  // Its declared type differs in an optional field only.
  const store = new LibSQLStore({ id: 'bench', client: client as never });
  await store.init();
  await client.execute('PRAGMA synchronous = FULL');
  return { store, client };
}

/** A setting of a connection: the client may have opened another one meanwhile. */
async function requireFullSync(client: Client): Promise<void> {
  const { rows } = await client.execute('PRAGMA synchronous');
  if (Number(rows[0]?.synchronous) !== 2) throw new Error('LibSQL did not sync in full');
}

async function countSnapshots(store: LibSQLStore): Promise<{ commits: number }> {
  const workflows = await store.getStore('workflows');
  if (!workflows) throw new Error('LibSQLStore has no store for workflows');
  const counted = { commits: 0 };
  const persist = workflows.persistWorkflowSnapshot.bind(workflows);
  workflows.persistWorkflowSnapshot = (...args) => {
    counted.commits += 1;
    return persist(...args);
  };
  return counted;
}

function newWorkflow(): Builder {
  const options = { validateInputs: false };
  const any = z.any();
  return createWorkflow({
    id: 'bench',
    inputSchema: any,
    outputSchema: any,
    options,
  }) as unknown as Builder;
}

function step(id: string, work: (task: GraphTask) => Promise<void>) {
  return createStep({
    id,
    inputSchema: z.any(),
    outputSchema: z.any(),
    execute: async ({ inputData }) => {
      await work(inputData as GraphTask);
      return { ok: true };
    },
  });
}

async function run(workflow: Builder, storage: LibSQLStore | InMemoryStore): Promise<number> {
  const bench = workflow.commit();
  // Registered, so that it gets the storage; its type is that of any workflow.
  new Mastra({ logger: false, storage, workflows: { bench: bench as never } });
  const one = await bench.createRun();
  const start = performance.now();
  const { status } = await one.start({ inputData: {} });
  if (status !== 'success') throw new Error(`The workflow of Mastra ended as ${status}`);
  return performance.now() - start;
}
