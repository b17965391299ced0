/** (a) The same tasks over the whole path: lanes, records and diffs by git, on a workspace of a few files. */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { makeLane } from '../../../src/node/lane.ts';
import { createStaging } from '../../../src/node/staging/staging.ts';
import { RunId } from '../../../src/shared/ids.ts';
import { driveGraph } from '../muster/drive-graph.ts';
import { openSqliteStore } from '../muster/journal-store.ts';
import { chain, layers, type TaskGraph } from '../task-graph.ts';
import { inWorkFolder } from '../work-folder.ts';

export type FullPath = { graph: string; tasks: number; ms: number; msPerTask: number };

export async function measureFullPath(tasks: number): Promise<FullPath[]> {
  const results: FullPath[] = [];
  for (const graph of [layers(tasks / 10, 10), chain(tasks)]) {
    const ms = await inWorkFolder((folder) => runOnGit(graph, folder));
    results.push({ graph: graph.name, tasks, ms, msPerTask: ms / tasks });
  }
  return results;
}

async function runOnGit(graph: TaskGraph, root: string): Promise<number> {
  const workspace = path.join(root, 'workspace');
  const folder = path.join(root, 'state');
  await makeWorkspace(workspace);
  await mkdir(folder);
  const runId = RunId.parse('bench');
  const store = await openSqliteStore(folder);
  const staging = createStaging({
    workspace,
    folder,
    runId,
    makeLane: (_, lane) => makeLane(lane),
  });
  let start = Number.NaN;
  try {
    await driveGraph({
      graph,
      limit: 10,
      staging,
      workspace,
      journal: await store.create(runId),
      playing: { reads: 0, work: async () => {} },
      onApproved: () => {
        start = performance.now();
      },
    });
    return performance.now() - start;
  } finally {
    await store.close();
  }
}

async function makeWorkspace(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'src'), { recursive: true });
  for (let file = 0; file < 20; file += 1) {
    await writeFile(path.join(folder, 'src', `file-${file}.ts`), `export const n = ${file};\n`);
  }
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=B', '-c', 'user.email=b@example.com', ...args], {
      cwd: folder,
      stdio: 'ignore',
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'Begin');
}
