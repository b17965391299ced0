/** Git in a lane: what it tells, what it commits, and that nothing hostile in the lane or in a revision counts. */
import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import type { Git } from '../../../src/engine/lane-ports.ts';
import type { Staging } from '../../../src/engine/ports.ts';
import { makeLane } from '../../../src/node/lane.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';
import {
  laneA,
  laneB,
  never,
  type StagedWorkspace,
  stagedWorkspace,
} from './staging/staged-workspace.ts';

describe('Git in a lane', function () {
  this.timeout(20_000);
  const makeFolder = temporaryFolders();
  let place: StagedWorkspace;
  let staging: Staging;
  let base: string;
  let root: string;
  let git: Git;

  const restart = () => {
    staging = place.staging({
      makeLane: (_, at, { git: own }) => makeLane(at, undefined, { git: own }),
    });
    git = staging.lane(laneA).git;
  };
  beforeEach(async () => {
    place = await stagedWorkspace(await makeFolder());
    await place.write('a.txt', 'one\ntwo\nthree\n');
    await place.write('sub/b.txt', 'b\n');
    await place.initialise();
    restart();
    base = (await staging.snapshot(never)).commit;
    await staging.openLane(laneA, { base }, never);
    root = place.laneFolder(laneA);
  });
  const put = async (name: string, text: string | Uint8Array) => {
    await mkdir(path.dirname(path.join(root, name)), { recursive: true });
    await writeFile(path.join(root, name), text);
  };
  const texts = async (answer: Promise<{ text: string }>) => (await answer).text;

  it('tells what differs since the task began, new and deleted files included', async () => {
    assert.deepEqual(await git.status(never), []);
    assert.equal(await texts(git.diff(undefined, never)), '');
    await put('a.txt', 'one\n2\nthree\n');
    await put('new\nname.txt', 'x\n');
    await rm(path.join(root, 'sub/b.txt'));
    assert.deepEqual(await git.status(never), [
      { change: 'modified', path: 'a.txt' },
      { change: 'added', path: 'new\nname.txt' },
      { change: 'deleted', path: 'sub/b.txt' },
    ]);
    const all = await texts(git.diff(undefined, never));
    assert.match(all, /-two\n\+2\n/);
    assert.match(all, /\+x\n/);
    const one = await texts(git.diff('./sub', never));
    assert.match(one, /-b\n/);
    assert.doesNotMatch(one, /\+2/);
  });

  it('commits what the lane holds, as Muster, and goes by it afterwards', async () => {
    await put('a.txt', 'one\n2\nthree\n');
    await put('c.txt', 'c\n');
    const made = await git.commit('-m Change two\n\nAnd more.', never);
    assert.equal(made?.files, 2);
    assert.deepEqual(await git.status(never), []);
    assert.equal(await git.commit('Again', never), undefined);
    const log = await texts(git.log({ limit: 5 }, never));
    const today = new Date().toISOString().slice(0, 10);
    assert.ok(log.startsWith(`${made.commit.slice(0, 7)}`), log);
    assert.match(log, new RegExp(`${today} Muster: -m Change two\n`));
    const shown = await texts(git.show('HEAD', never));
    assert.match(shown, /Author: Muster\n[\s\S]*And more\.[\s\S]*-two\n\+2\n/);
    assert.equal(await texts(git.show('HEAD~1:a.txt', never)), 'one\ntwo\nthree\n');
    assert.equal(await texts(git.show(`${made.commit.slice(0, 10)}:./c.txt`, never)), 'c\n');
    const ofFile = await texts(git.log({ path: 'c.txt', limit: 5 }, never));
    assert.equal(ofFile.split('\n').filter(Boolean).length, 1);
  });

  it('keeps its commits over a restart, and forgets them when the lane begins anew', async () => {
    await put('a.txt', 'x\n');
    const made = await git.commit('One', never);
    const tree = await staging.recordTree(laneA, never);
    restart();
    await staging.openLane(laneA, { base, tree }, never);
    assert.match(await texts(git.show('HEAD', never)), new RegExp(made?.commit ?? 'none'));
    await staging.openLane(laneA, { base }, never);
    assert.match(await texts(git.show('HEAD', never)), new RegExp(base));
    assert.deepEqual(await git.status(never), []);
    await staging.closeLane(laneA);
    await assert.rejects(staging.lane(laneA).git.status(never), { code: 'staging' });
  });

  it('tells who changed a line last, and which are not committed', async () => {
    await put('a.txt', 'one\n2\nthree\n');
    await git.commit('Two', never);
    await put('a.txt', 'one\n2\nthree\nfour\n');
    const lines = (await texts(git.blame({ path: 'a.txt' }, never))).split('\n');
    assert.match(lines[1] ?? '', /^2 \([0-9a-f]{8} \d{4}-\d\d-\d\d Muster\) 2$/);
    assert.equal(lines[3], '4 (not committed) four');
    const some = await texts(git.blame({ path: 'a.txt', startLine: 2, endLine: 3 }, never));
    assert.equal(some.split('\n').length, 2);
    await assert.rejects(git.blame({ path: 'a.txt', startLine: 9 }, never), {
      message: /"a\.txt" has 4 lines/,
    });
    await assert.rejects(git.blame({ path: 'no.txt' }, never), { code: 'not-found' });
  });

  it('knows no revision but those that lead to the lane', async () => {
    await staging.openLane(laneB, { base }, never);
    await writeFile(path.join(place.laneFolder(laneB), 'other.txt'), 'other\n');
    const other = await staging.lane(laneB).git.commit('Elsewhere', never);
    for (const revision of [
      ...['main', '--output=x', '-p', 'HEAD --all', 'HEAD..', ':/x', 'HEAD^{/x}', '@{-1}', ''],
      ...['0123456789', 'HEAD~999', 'HEAD@{0}', 'refs/heads/main', 'HEAD\n', other?.commit ?? ''],
    ]) {
      await assert.rejects(git.show(revision, never), { code: 'bad-input' }, revision);
    }
    for (const file of ['../x', '/etc/passwd', 'a\0b', 'sub/../../x']) {
      await assert.rejects(git.show(`HEAD:${file}`, never), { code: 'path-refused' }, file);
      await assert.rejects(git.diff(file, never), { code: 'path-refused' });
      await assert.rejects(git.log({ path: file, limit: 1 }, never), { code: 'path-refused' });
      await assert.rejects(git.blame({ path: file }, never), { code: 'path-refused' });
    }
    await assert.rejects(git.show('HEAD:no.txt', never), { code: 'not-found' });
  });

  it('takes a path for a path, whatever it looks like', async () => {
    await put('--output=hit', 'x\n');
    await put(':(glob)*', 'y\n');
    assert.match(await texts(git.diff('--output=hit', never)), /\+x\n/);
    assert.match(await texts(git.diff(':(glob)*', never)), /\+y\n/);
    assert.doesNotMatch(await texts(git.diff(':(glob)*', never)), /\+x\n/);
    assert.equal(await texts(git.log({ path: '--all', limit: 3 }, never)), '');
  });

  it('shows no file that holds secrets by its name, and says so', async () => {
    await put('.env', 'KEY=secret-value\n');
    await put('a.txt', 'x\n');
    const diff = await git.diff(undefined, never);
    assert.doesNotMatch(diff.text, /secret-value/);
    assert.match(diff.text, /\+x\n/);
    assert.deepEqual(diff.leftOut, ['.env']);
    await git.commit('With a secret', never);
    const shown = await git.show('HEAD', never);
    assert.doesNotMatch(shown.text, /secret-value/);
    assert.deepEqual(shown.leftOut, ['.env']);
    for (const ask of [
      () => git.show('HEAD:.env', never),
      () => git.blame({ path: '.env' }, never),
    ]) {
      await assert.rejects(ask(), { code: 'bad-input', message: /may hold secrets/ });
    }
  });

  it('runs nothing that the lane names, and trusts no repository in it', async () => {
    const ran = path.join(place.state, 'ran');
    const program = `sh -c "touch ${ran}"`;
    await mkdir(path.join(root, '.git', 'hooks'), { recursive: true });
    await writeFile(
      path.join(root, '.git', 'config'),
      `[core]\n\tfsmonitor = ${program}\n\tpager = ${program}\n[diff]\n\texternal = ${program}\n[diff "x"]\n\ttextconv = ${program}\n[filter "x"]\n\tclean = ${program}\n`,
    );
    await writeFile(path.join(root, '.git', 'HEAD'), 'ref: refs/heads/evil\n');
    for (const hook of ['pre-commit', 'post-commit', 'post-index-change']) {
      await writeFile(path.join(root, '.git', 'hooks', hook), `#!/bin/sh\n${program}\n`, {
        mode: 0o755,
      });
    }
    await put('.gitattributes', '* diff=x filter=x\n');
    await put('a.txt', 'changed\n');
    await git.status(never);
    assert.match(await texts(git.diff('a.txt', never)), /\+changed\n/);
    await git.commit('One', never);
    await texts(git.show('HEAD', never));
    await texts(git.log({ limit: 3 }, never));
    await texts(git.blame({ path: 'a.txt' }, never));
    assert.equal((await readdir(place.state)).includes('ran'), false);
    const config = await readFile(path.join(place.workspace, '.git', 'config'), 'utf8');
    assert.doesNotMatch(config, /Muster/);
  });

  it('is bounded for a huge change, and says so', async () => {
    await put('big.txt', 'line of text\n'.repeat(200_000));
    await put(
      'data.bin',
      Uint8Array.from({ length: 5000 }, (_, at) => at % 256),
    );
    const diff = await git.diff(undefined, never);
    assert.ok(diff.text.length <= 1024 * 1024);
    assert.match(diff.cut ?? '', /longer than 1 MB/);
    assert.match(await texts(git.diff('data.bin', never)), /Binary files .* differ/);
    await git.commit('Binary', never);
    assert.match(await texts(git.show('HEAD:data.bin', never)), /^\[binary content, 5000 bytes\]$/);
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort(new Error('stop'));
    await assert.rejects(git.diff(undefined, controller.signal), /stop/);
    await assert.rejects(git.show('HEAD', controller.signal), /stop/);
  });
});
