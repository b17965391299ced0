/** Storage stays within bounds: leftovers and old runs go, and nothing that a run needs. */
import assert from 'node:assert/strict';
import { readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { storageCheck } from '../../../../src/node/doctor/storage-check.ts';
import { measureStorage } from '../../../../src/node/staging/measure-storage.ts';
import { type StoredRun, tidyStorage } from '../../../../src/node/staging/tidy-storage.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import {
  commitLane,
  laneA,
  laneB,
  never,
  readText,
  type StagedWorkspace,
  stagedWorkspace,
} from './staged-workspace.ts';

const now = new Date('2026-03-01T12:00:00Z');
const plenty = 1024 ** 4;

function stored(id: string, run: Partial<StoredRun> = {}): StoredRun {
  const startedAt = '2026-03-01T11:00:00Z';
  return { runId: RunId.parse(id), startedAt, busy: false, ended: true, ...run };
}

describe('tidying storage', function () {
  this.timeout(60_000);
  const makeFolder = temporaryFolders();

  /** A run that changed the file, some files packed at once among what it recorded. */
  async function finishedRun(place: StagedWorkspace, id: string) {
    const staging = place.staging({ runId: RunId.parse(id) });
    const { commit } = await staging.snapshot(never);
    await staging.openLane(laneA, { base: commit }, never);
    const root = place.laneFolder(laneA, id);
    await writeFile(path.join(root, 'a.txt'), `changed by ${id}\n`);
    for (let each = 0; each < 40; each += 1) {
      await writeFile(path.join(root, `${each}.txt`), `${id} ${each}\n`);
    }
    const recorded = await staging.recordTree(laneA, never);
    await writeFile(path.join(root, 'a.txt'), 'on the way\n');
    const work = await commitLane(staging, laneA, commit);
    await staging.settled();
    return { staging, commit, recorded, work, root };
  }

  /** As if everything had been written a day before `now`. */
  async function age(folder: string): Promise<void> {
    const day = now.getTime() / 1000 - 2 * 24 * 60 * 60;
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isSymbolicLink()) await utimes(path.join(entry.parentPath, entry.name), day, day);
    }
  }

  async function twoRuns() {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'a\n');
    await place.initialise();
    const first = await finishedRun(place, 'run-1');
    const second = await finishedRun(place, 'run-2');
    await age(place.state);
    const tidy = (runs: StoredRun[], capBytes = plenty) =>
      tidyStorage({ folder: place.state, runs, capBytes, now }, never);
    return { place, first, second, tidy };
  }

  it('removes the working copies of runs that no process works on, and keeps their states', async () => {
    const { place, first, second, tidy } = await twoRuns();
    const dropped = await tidy([
      stored('run-1', { ended: false }),
      stored('run-2', { busy: true }),
    ]);
    assert.deepEqual(dropped, []);
    assert.deepEqual(await readdir(path.join(place.state, 'lanes')), ['run-2']);
    assert.equal(await readText(first.staging, first.recorded, 'a.txt'), 'changed by run-1\n');
    await first.staging.openLane(laneA, { base: first.commit, tree: first.recorded }, never);
    assert.equal(await second.staging.recordTree(laneA, never), `${await treeOf(second)}`);
  });

  it('lets old runs go with all that only they need', async () => {
    const { place, first, second, tidy } = await twoRuns();
    const before = await measureStorage(place.state, never);
    const old = '2026-01-01T00:00:00Z';
    assert.deepEqual(await tidy([stored('run-1', { startedAt: old }), stored('run-2')]), ['run-1']);
    await assert.rejects(readText(first.staging, first.recorded, 'a.txt'), { code: 'staging' });
    for (const state of [second.recorded, second.work]) {
      assert.equal(await readText(second.staging, state, '7.txt'), 'run-2 7\n');
    }
    assert.equal(await readText(second.staging, second.commit, 'a.txt'), 'a\n');
    assert.ok((await measureStorage(place.state, never)).total < before.total);
    const third = await finishedRun(place, 'run-3');
    assert.equal(await readText(third.staging, third.commit, 'a.txt'), 'a\n');
  });

  it('keeps the states that were made of a conflict', async () => {
    const { place, first, tidy } = await twoRuns();
    const bytes = Buffer.from('mine\n');
    const replaced = await first.staging.replaceFiles(
      first.work,
      [{ path: 'sub/mine.txt', side: { bytes, mode: '100755' } }, { path: '7.txt' }],
      never,
    );
    await age(place.state);
    await tidy([stored('run-1'), stored('run-2')]);
    const texts = await first.staging.readFiles(replaced, ['sub/mine.txt', '7.txt', 'a.txt']);
    assert.deepEqual(
      texts.map((each) => each && Buffer.from(each).toString()),
      ['mine\n', undefined, 'on the way\n'],
    );
  });

  it('keeps what goes on or waits for the person, however old and large', async () => {
    const { first, second, tidy } = await twoRuns();
    const old = { startedAt: '2025-01-01T00:00:00Z' };
    const runs = [
      stored('run-1', { ...old, ended: false }),
      stored('run-2', { ...old, busy: true }),
    ];
    assert.deepEqual(await tidy(runs, 1), []);
    assert.equal(await readText(first.staging, first.recorded, '7.txt'), 'run-1 7\n');
    assert.equal(await readText(second.staging, second.recorded, '7.txt'), 'run-2 7\n');
  });

  it('lets the oldest go first when there is more than the cap', async () => {
    const { place, second, tidy } = await twoRuns();
    await second.staging.closeLane(laneA);
    assert.deepEqual(await tidy([stored('run-2'), stored('run-1')], 1), ['run-1', 'run-2']);
    assert.deepEqual(await readdir(path.join(place.state, 'lanes')), []);
  });

  it('removes nothing of what was written within the hour, and nothing while states are borrowed', async () => {
    const { place, first, tidy } = await twoRuns();
    const fresh = await finishedRun(place, 'run-4');
    await writeFile(path.join(place.state, 'staging/run-2/borrowed'), '/elsewhere');
    await tidy([
      stored('run-1', { startedAt: '2026-01-01T00:00:00Z' }),
      stored('run-2'),
      stored('run-4'),
    ]);
    assert.equal(await readText(first.staging, first.recorded, '7.txt'), 'run-1 7\n');
    assert.equal(await readText(fresh.staging, fresh.recorded, '7.txt'), 'run-4 7\n');
  });

  it('is told by the doctor, with the cap', async () => {
    const place = await stagedWorkspace(await makeFolder());
    const check = (capBytes: number) =>
      storageCheck({ workspace: place.workspace, state: place.state, capBytes }).run(never);
    const { state, lines } = await check(plenty);
    assert.equal(state, 'works');
    assert.ok(lines.join().includes(place.state), lines.join());
    assert.match(lines.join(), /of at most 1024\.00 GB/);
    const refused = await storageCheck({ workspace: '/', capBytes: 1 }).run(never);
    assert.equal(refused.state, 'missing');
    assert.match(refused.lines.join(), /root of a file system/);
  });
});

async function treeOf({
  staging,
  work,
}: {
  staging: ReturnType<StagedWorkspace['staging']>;
  work: string;
}) {
  await staging.openLane(laneB, { base: work }, never);
  return staging.recordTree(laneB, never);
}
