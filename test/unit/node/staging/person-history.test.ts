/** Log and blame of a snapshot go on into the person's history, and nothing else does. */
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { openShadowGit } from '../../../../src/node/git/shadow-git.ts';
import { personHistory } from '../../../../src/node/staging/person-history.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { never, type StagedWorkspace, stagedWorkspace } from './staged-workspace.ts';

describe('the history behind a snapshot', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();

  async function twoCommits(): Promise<StagedWorkspace> {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('src/a.txt', 'one\n');
    await place.initialise();
    await place.write('src/a.txt', 'one\ntwo\n');
    await place.git(['commit', '-qam', 'second']);
    await place.write('src/a.txt', 'one\ntwo\nnot committed\n');
    return place;
  }

  async function look(place: StagedWorkspace, file: string) {
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    await staging.settled();
    const shadow = await openShadowGit(path.join(place.state, 'shadow.git'));
    const history = await personHistory(place.workspace, never);
    const behind = history === undefined ? {} : { history };
    const ask = async (...args: Parameters<typeof shadow.bytes>[0]) =>
      (await shadow.bytes(args, { ...behind, signal: never })).stdout.toString();
    const log = (await ask('log', '--format=%s', commit)).trim().split('\n');
    const blame = (await ask('blame', '--line-porcelain', commit, '--', file))
      .split('\n')
      .filter((line) => line.startsWith('summary '))
      .map((line) => line.slice('summary '.length));
    return { shadow, commit, log, blame };
  }

  it('is that of the commit that is checked out', async () => {
    const place = await twoCommits();
    const { shadow, commit, log, blame } = await look(place, 'src/a.txt');
    assert.deepEqual(log, ['Snapshot', 'second', 'first']);
    assert.deepEqual(blame, ['first', 'second', 'Snapshot']);
    const head = (await place.git(['rev-parse', 'HEAD'])).trim();
    assert.match(
      await shadow.words(['cat-file', '-p', commit], {}),
      new RegExp(`^parent ${head}$`, 'm'),
    );
  });

  it('is found where the person packed their branches, or has none checked out', async () => {
    const place = await twoCommits();
    await place.git(['pack-refs', '--all']);
    assert.deepEqual((await look(place, 'src/a.txt')).log, ['Snapshot', 'second', 'first']);
    await place.git(['checkout', '-q', '--force', '--detach', 'HEAD~1']);
    assert.deepEqual((await look(place, 'src/a.txt')).log, ['Snapshot', 'first']);
  });

  it('ends where that of a shallow clone ends', async () => {
    const origin = await twoCommits();
    const clone = path.join(path.dirname(origin.workspace), 'clone');
    await origin.git(['clone', '-q', '--depth=1', `file://${origin.workspace}`, clone]);
    const place = {
      ...origin,
      workspace: clone,
      staging: () => origin.staging({ workspace: clone }),
    };
    const { log, blame } = await look(place, 'src/a.txt');
    assert.deepEqual(log, ['Snapshot', 'second']);
    assert.deepEqual(blame, ['second', 'second']);
  });

  it('is found for a workspace that is a folder of its repository', async () => {
    const whole = await twoCommits();
    // git finds the file by its contents, since the folder's own snapshot names it differently.
    await whole.git(['checkout', '-q', '--', '.']);
    const workspace = path.join(whole.workspace, 'src');
    const place = { ...whole, workspace, staging: () => whole.staging({ workspace }) };
    const { log, blame } = await look(place, 'a.txt');
    assert.deepEqual(log, ['Snapshot', 'second', 'first']);
    assert.deepEqual(blame, ['first', 'second']);
  });

  it('is not copied, and not needed for anything else', async () => {
    const place = await twoCommits();
    const { shadow, commit } = await look(place, 'src/a.txt');
    const old = (await place.git(['rev-parse', 'HEAD~1:src/a.txt'])).trim();
    await rm(path.join(place.workspace, '.git'), { recursive: true });
    const { stdout } = await shadow.bytes(
      ['rev-list', '--objects', '--no-object-names', commit],
      {},
    );
    assert.equal(stdout.toString().trim().split('\n').length, 4);
    assert.ok(!stdout.includes(old));
    assert.equal(await personHistory(place.workspace, never), undefined);
  });

  it('is none with SHA-256, where the snapshot stands alone', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'one\n');
    await place.git(['init', '-q', '--object-format=sha256']);
    await place.git(['add', '--all']);
    await place.git(['commit', '-qm', 'first']);
    assert.deepEqual((await look(place, 'a.txt')).log, ['Snapshot']);
  });
});
