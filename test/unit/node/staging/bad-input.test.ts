/** Machines and repositories in a bad state: staging works all the same, or says why not and what to do. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { describe, it } from 'mocha';
import { contentsOf, fingerprintOf } from '../../../support/folder-contents.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import {
  laneA,
  never,
  openLaneAt,
  type StagedWorkspace,
  stagedWorkspace,
} from './staged-workspace.ts';

async function withPath<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  const before = process.env.PATH;
  process.env.PATH = folder;
  try {
    return await work();
  } finally {
    process.env.PATH = before;
  }
}

/** What a lane of the snapshot holds is what the workspace holds, and nothing was written there. */
async function isExact(place: StagedWorkspace): Promise<string> {
  const before = await fingerprintOf(place.workspace);
  const staging = place.staging();
  const { commit } = await staging.snapshot(never);
  const lane = await openLaneAt(place, staging, commit);
  const files = Object.entries(await contentsOf(place.workspace));
  const wanted = files.filter(([name]) => !name.startsWith('.git/'));
  assert.deepEqual(await contentsOf(lane), Object.fromEntries(wanted));
  await staging.settled();
  assert.deepEqual(await fingerprintOf(place.workspace), before);
  return commit;
}

describe('staging on a machine', function () {
  this.timeout(60_000);
  const makeFolder = temporaryFolders();

  async function repository(): Promise<StagedWorkspace> {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'a\n');
    await place.initialise();
    return place;
  }

  it('without git says what to install, the first time and later', async () => {
    const place = await repository();
    const empty = path.join(place.home, 'empty');
    await mkdir(empty);
    const asked = { code: 'git-missing', message: /Install git 2\.38 or newer/ };
    await withPath(empty, () => assert.rejects(place.staging().snapshot(never), asked));
    const staging = place.staging();
    await staging.snapshot(never);
    await staging.settled();
    await withPath(empty, () => assert.rejects(place.staging().snapshot(never), asked));
    assert.equal((await place.staging().snapshot(never)).files, 1);
  });

  it('with a git that is too old says so before anything is made, and before anything is recorded', async function () {
    if (process.platform === 'win32') this.skip();
    const place = await repository();
    const old = path.join(place.home, 'old');
    await mkdir(old);
    const real = process.env.PATH ?? '';
    const script = `#!/bin/sh\ncase "$*" in *version*) echo git version 2.30.1;; *) PATH='${real}' exec git "$@";; esac\n`;
    await writeFile(path.join(old, 'git'), script, { mode: 0o755 });
    const asked = { code: 'git-missing', message: /this machine has 2\.30.*Update git/ };
    await withPath(old, () => assert.rejects(place.staging().snapshot(never), asked));
    assert.deepEqual(await contentsOf(place.state).catch(() => ({})), {});
    const staging = place.staging();
    await staging.snapshot(never);
    await staging.settled();
    await withPath(old, async () => {
      const later = place.staging();
      const { commit } = await later.snapshot(never);
      await later.settled();
      await later.openLane(laneA, { base: commit }, never);
      await assert.rejects(later.recordTree(laneA, never), asked);
    });
  });

  it('whose disk is full says so, and goes on once there is space', async function () {
    const place = await stagedWorkspace(await makeFolder());
    await mkdir(place.state);
    if (!mount('size=3m', place.state)) return this.skip();
    try {
      for (let each = 0; each < 16; each += 1) {
        await place.write(`random-${each}.bin`, randomBytes(100_000));
      }
      const full = { code: 'storage', message: /no space left.*not touched.*Free some space/is };
      const staging = place.staging();
      const { commit } = await staging.snapshot(never);
      await assert.rejects(staging.openLane(laneA, { base: commit }, never), full);
      assert.ok(mount('remount,size=8m', place.state));
      const lane = await openLaneAt(place, staging, commit);
      assert.deepEqual(await contentsOf(lane), await contentsOf(place.workspace));
      await writeFile(path.join(lane, 'work.bin'), randomBytes(2_000_000));
      await writeFile(path.join(place.state, 'others'), randomBytes(8_000_000)).catch(() => {});
      await assert.rejects(staging.recordTree(laneA, never), full);
      assert.ok(mount('remount,size=30m', place.state));
      const tree = await staging.recordTree(laneA, never);
      const { files } = await staging.diff(commit, tree, never);
      assert.deepEqual(
        files.map((file) => file.path),
        ['work.bin'],
      );
      await staging.settled();
      await staging.close();
    } finally {
      execFileSync('umount', [place.state]);
    }
  });
});

describe('staging of a repository', function () {
  this.timeout(60_000);
  const makeFolder = temporaryFolders();

  it('in the middle of a rebase takes what stands there, and leaves the rebase as it is', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'first\n');
    await place.write('b.txt', 'b\n');
    await place.initialise();
    await place.git(['checkout', '-q', '-b', 'side']);
    await place.write('a.txt', 'side\n');
    await place.git(['commit', '-qam', 'side']);
    await place.git(['checkout', '-q', 'main']);
    await place.write('a.txt', 'main\n');
    await place.git(['commit', '-qam', 'main']);
    await place.git(['checkout', '-q', 'side']);
    await assert.rejects(place.git(['rebase', '-q', 'main']));
    assert.match(await readFile(path.join(place.workspace, 'a.txt'), 'utf8'), /<<<<<<< /);
    const first = await isExact(place);
    assert.equal(await isExact(place), first);
    await place.write('a.txt', 'both\n');
    assert.notEqual(await isExact(place), first);
    await place.git(['add', 'a.txt']);
    await place.git(['-c', 'core.editor=true', 'rebase', '--continue']);
    assert.match(await place.git(['status']), /On branch side/);
    await isExact(place);
  });

  it('that is a partial clone is exact, and fetches nothing', async () => {
    const origin = await stagedWorkspace(await makeFolder());
    await origin.write('a.txt', 'of the first commit\n');
    await origin.initialise();
    await origin.write('a.txt', 'of the second\n');
    await origin.git(['commit', '-qam', 'second']);
    await origin.git(['config', 'uploadpack.allowFilter', 'true']);
    const place = await stagedWorkspace(await makeFolder());
    const address = `file://${origin.workspace}`;
    await place.git(['clone', '-q', '--filter=blob:none', address, '.']);
    const missing = async () =>
      (await place.git(['rev-list', '--objects', '--all', '--missing=print']))
        .split('\n')
        .filter((line) => line.startsWith('?')).length;
    assert.equal(await missing(), 1);
    await isExact(place);
    assert.equal(await missing(), 1);
  });
});

/** False where this machine does not let us: only root may, and only on Linux. */
function mount(options: string, folder: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
