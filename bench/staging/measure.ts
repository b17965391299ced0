/** Staging beside the plain git commands that a person would use, on one repository, in alternating order. */
import { constants } from 'node:fs';
import { appendFile, chmod, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createStaging, type StagedRun } from '../../src/node/staging/staging.ts';
import { LaneId, RunId } from '../../src/shared/ids.ts';
import { alternate, median } from '../engine/statistics.ts';
import { bytesBelow, bytesWritten } from './bytes-below.ts';
import { processorTime } from './processor-time.ts';
import { editSome, git, type SampleRepository, sampleRepository } from './sample-repository.ts';

export type StagingFigures = {
  files: number;
  rounds: number;
  /** Medians in milliseconds, by what was done. */
  ms: Record<string, number>;
  /** Mean milliseconds of processors, by what was done; only where the system tells. */
  processorMs: Record<string, number>;
  /** One minute's mean before and after. */
  load: [number, number];
  ratios: Record<
    | 'warmSnapshot'
    | 'warmSnapshotAfterEdits'
    | 'afterEditsOverPlainGit'
    | 'firstSnapshot'
    | 'firstLane'
    | 'reusedLane',
    number
  >;
  /** git processes that one of each starts. */
  processes: Record<string, number>;
  bytes: {
    repository: number;
    shadow: number;
    lane: number;
    workTree: number;
    warmSnapshot: number;
    warmSnapshotAfterEdits: number;
  };
};

const edits = 10;
const signal = new AbortController().signal;

export async function measureStaging(
  folder: string,
  request: { files: number; rounds: number; laneRounds: number; seed: number },
): Promise<StagingFigures> {
  const { files, rounds, seed } = request;
  const before = os.loadavg()[0] ?? 0;
  const workspace = path.join(folder, 'workspace');
  await mkdir(workspace);
  const repository = await sampleRepository(workspace, { files, seed });
  const bench = new Bench(repository, path.join(folder, 'state'));
  const ms = await bench.times(request);
  const bytes = await bench.bytes();
  const processes = await bench.processes(path.join(folder, 'shim'));
  const over = (what: string, floor: string) => (ms[what] ?? Number.NaN) / (ms[floor] ?? 0);
  return {
    files,
    rounds,
    ms,
    processorMs: bench.processorMs(),
    load: [before, os.loadavg()[0] ?? 0],
    ratios: {
      warmSnapshot: over('warm snapshot', 'git status'),
      warmSnapshotAfterEdits: over('warm snapshot after edits', 'git status after edits'),
      afterEditsOverPlainGit: over('warm snapshot after edits', 'git status, add, write-tree'),
      firstSnapshot: over('first snapshot', 'git status'),
      firstLane: over('first lane', 'git worktree add'),
      reusedLane: over('reused lane', 'git worktree add'),
    },
    processes,
    bytes,
  };
}

/** Everything that is timed, and what has to be put right before it. */
class Bench {
  readonly #repository: SampleRepository;
  readonly #state: string;
  #runs = 0;
  #round = 0;
  readonly #seen = new Set<string>();
  readonly #processors = new Map<string, { ms: number; times: number }>();

  constructor(repository: SampleRepository, state: string) {
    this.#repository = repository;
    this.#state = state;
  }

  async times({
    rounds,
    laneRounds,
  }: {
    rounds: number;
    laneRounds: number;
  }): Promise<Record<string, number>> {
    await this.firstSnapshot();
    const idle = await alternate(
      [
        { name: 'git status', run: () => this.status() },
        { name: 'warm snapshot', run: () => this.snapshot() },
      ],
      rounds,
    );
    const first = await alternate(
      [{ name: 'first snapshot', run: () => this.firstSnapshot() }],
      Math.min(laneRounds, 5),
    );
    const edited = await alternate(
      [
        { name: 'git status after edits', run: () => this.statusAfterEdits() },
        { name: 'git status, add, write-tree', run: () => this.statusAndTree() },
        { name: 'warm snapshot after edits', run: () => this.snapshotAfterEdits() },
      ],
      rounds,
    );
    const lanes = await alternate(
      [
        { name: 'git worktree add', run: () => this.worktree() },
        { name: 'first lane', run: () => this.lane({ reused: false }) },
        { name: 'reused lane', run: () => this.lane({ reused: true }) },
      ],
      laneRounds,
    );
    const all = [...idle, ...first, ...edited, ...lanes];
    return Object.fromEntries(all.map(([name, values]) => [name, median(values)]));
  }

  processorMs(): Record<string, number> {
    return Object.fromEntries(
      [...this.#processors].map(([name, { ms, times }]) => [name, ms / times]),
    );
  }

  async status(): Promise<number> {
    return this.#timed('git status', () => this.#status());
  }

  async statusAfterEdits(): Promise<number> {
    await this.#edit('status');
    return this.#timed('git status after edits', () => this.#status());
  }

  /** What plain git takes to find the changes and make a tree of them; its index is one of its own. */
  async statusAndTree(): Promise<number> {
    const { folder } = this.#repository;
    await this.#edit('plain git');
    const index = path.join(path.dirname(folder), 'plain-index');
    const own = path.join(folder, '.git', 'index');
    await copyFile(own, index, constants.COPYFILE_EXCL).catch(() => {});
    return this.#timed('git status, add, write-tree', async () => {
      await this.#status();
      await git(folder, ['add', '--all'], index);
      await git(folder, ['write-tree'], index);
    });
  }

  async #status(): Promise<void> {
    await git(this.#repository.folder, ['--no-optional-locks', 'status', '--short']);
  }

  async snapshot(what = 'warm snapshot'): Promise<number> {
    const { staging } = this.#staging();
    const ms = await this.#timed(what, () => staging.snapshot(signal));
    await staging.settled();
    await staging.close();
    return ms;
  }

  /** As in a workspace that Muster has not seen: no last snapshot, and no object of its own. */
  async firstSnapshot(): Promise<number> {
    await rm(this.#state, { recursive: true, force: true });
    return this.snapshot('first snapshot');
  }

  async snapshotAfterEdits(): Promise<number> {
    await this.#edit('snapshot');
    return this.snapshot('warm snapshot after edits');
  }

  /** Each contender sees the same edits, and as many as the others since its turn before. */
  async #edit(contender: string): Promise<void> {
    if (this.#seen.has(contender) || this.#round === 0) {
      this.#round += 1;
      this.#seen.clear();
      await editSome(this.#repository, { count: edits, round: this.#round });
    }
    this.#seen.add(contender);
  }

  async #timed(what: string, work: () => Promise<unknown>): Promise<number> {
    const before = await processorTime();
    const ms = await timed(work);
    const after = await processorTime();
    if (before === undefined || after === undefined) return ms;
    const sum = this.#processors.get(what) ?? { ms: 0, times: 0 };
    this.#processors.set(what, { ms: sum.ms + after - before, times: sum.times + 1 });
    return ms;
  }

  async worktree(): Promise<number> {
    const { folder } = this.#repository;
    const place = path.join(path.dirname(folder), 'worktree');
    const ms = await timed(() => git(folder, ['worktree', 'add', '-q', '--detach', place, 'HEAD']));
    await git(folder, ['worktree', 'remove', '--force', place]);
    return ms;
  }

  /** A lane that is reused held another task's edits, and has to come to a head that moved on. */
  async lane({ reused }: { reused: boolean }): Promise<number> {
    await rm(path.join(this.#state, 'lanes'), { recursive: true, force: true });
    const { staging, laneFolder } = this.#staging();
    const { commit } = await staging.snapshot(signal);
    await staging.settled();
    let head = commit;
    if (reused) {
      const before = LaneId.parse('before');
      await staging.openLane(before, { base: commit }, signal);
      await this.#workIn(laneFolder(before));
      head = await staging.commit(await staging.recordTree(before, signal), commit, 'work');
      await appendFile(path.join(laneFolder(before), this.#name(1)), 'not recorded\n');
      await staging.closeLane(before);
    }
    const lane = LaneId.parse('lane');
    const ms = await timed(() => staging.openLane(lane, { base: head }, signal));
    await staging.closeLane(lane);
    await staging.close();
    return ms;
  }

  async bytes(): Promise<StagingFigures['bytes']> {
    await this.firstSnapshot();
    const { staging, laneFolder } = this.#staging();
    const { commit } = await staging.snapshot(signal);
    const lane = LaneId.parse('lane');
    await staging.openLane(lane, { base: commit }, signal);
    const { folder } = this.#repository;
    const repository = await bytesBelow(path.join(folder, '.git'));
    const bytes = {
      repository,
      shadow: await bytesBelow(path.join(this.#state, 'shadow.git')),
      lane: await bytesBelow(laneFolder(lane)),
      workTree: (await bytesBelow(folder)) - repository,
    };
    await staging.close();
    return {
      ...bytes,
      warmSnapshot: await bytesWritten(this.#state, () => this.snapshot()),
      warmSnapshotAfterEdits: await bytesWritten(this.#state, () => this.snapshotAfterEdits()),
    };
  }

  /** By a stand-in for git that writes a line for each start; never while anything is timed. */
  async processes(shim: string): Promise<Record<string, number>> {
    await mkdir(shim);
    const log = path.join(shim, 'log');
    const real = (process.env.PATH ?? '').split(path.delimiter);
    const script = `#!/bin/sh\necho "$*" >> '${log}'\nPATH='${real.join(path.delimiter)}' exec git "$@"\n`;
    await writeFile(path.join(shim, 'git'), script);
    await chmod(path.join(shim, 'git'), 0o755);
    const before = process.env.PATH;
    const counted = async (work: () => Promise<unknown>) => {
      await writeFile(log, '');
      await work();
      return (await readFile(log, 'utf8')).split('\n').length - 1;
    };
    process.env.PATH = `${shim}${path.delimiter}${before}`;
    try {
      return {
        'warm snapshot': await counted(() => this.snapshot()),
        'warm snapshot after edits': await counted(() => this.snapshotAfterEdits()),
        'first snapshot, settled': await counted(() => this.firstSnapshot()),
        'warm snapshot and first lane': await counted(() => this.lane({ reused: false })),
      };
    } finally {
      process.env.PATH = before;
    }
  }

  #name(position: number): string {
    return this.#repository.names[position] ?? '';
  }

  async #workIn(lane: string): Promise<void> {
    for (let each = 0; each < edits; each += 1) {
      await appendFile(path.join(lane, this.#name(each * 7)), 'edited by an agent\n');
      await writeFile(path.join(lane, `new-${each}.ts`), 'export {};\n');
    }
    await rm(path.join(lane, this.#name(3)));
  }

  #staging(): { staging: StagedRun; laneFolder: (lane: LaneId) => string } {
    this.#runs += 1;
    const runId = RunId.parse(`run-${this.#runs}`);
    const staging = createStaging({
      workspace: this.#repository.folder,
      folder: this.#state,
      runId,
      makeLane: () => {
        throw new Error('the bench uses no tools');
      },
    });
    return { staging, laneFolder: (lane) => path.join(this.#state, 'lanes', runId, lane) };
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
