/** A lane holds exactly the tree it was opened at, and records what it holds. */
import assert from 'node:assert/strict';
import {
  chmod,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { LaneId } from '../../../../src/shared/ids.ts';
import { contentsOf } from '../../../support/folder-contents.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { laneA, laneB, never, readText, stagedWorkspace } from './staged-workspace.ts';

describe('a lane', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();

  async function laneWith(files: Record<string, string>) {
    const place = await stagedWorkspace(await makeFolder());
    for (const [name, content] of Object.entries(files)) await place.write(name, content);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    await staging.openLane(laneA, { base: commit }, never);
    const root = place.laneFolder(laneA);
    const at = (name: string) => path.join(root, name);
    const record = () => staging.recordTree(laneA, never);
    const changed = async (tree: string) =>
      Object.fromEntries(
        (await staging.diff(commit, tree, never)).files.map((file) => [file.path, file.status]),
      );
    return { place, staging, commit, root, at, record, changed };
  }

  it('records edits, new files, deletions, modes and links', async () => {
    const { at, record, changed } = await laneWith({ 'a.txt': 'a', 'b.txt': 'b', 'run.sh': '' });
    await writeFile(at('a.txt'), 'A');
    await rm(at('b.txt'));
    await mkdir(at('new/folder'), { recursive: true });
    await writeFile(at('new/folder/c.txt'), 'c');
    await chmod(at('run.sh'), 0o755);
    await symlink('a.txt', at('link'));
    assert.deepEqual(await changed(await record()), {
      'a.txt': 'modified',
      'b.txt': 'deleted',
      link: 'added',
      'new/folder/c.txt': 'added',
      'run.sh': 'modified',
    });
  });

  it('records many new files at once, empty and tiny ones among them', async () => {
    const { staging, at, record } = await laneWith({ 'a.txt': 'a' });
    for (let size = 0; size < 60; size += 1) await writeFile(at(`${size}.txt`), 'x'.repeat(size));
    const tree = await record();
    for (const size of [0, 1, 2, 59]) {
      assert.equal(await readText(staging, tree, `${size}.txt`), 'x'.repeat(size));
    }
  });

  it('records the same tree again and again, and sees an edit of the same size in between', async () => {
    const { staging, at, record } = await laneWith({ 'a.txt': 'one' });
    const first = await record();
    await writeFile(at('a.txt'), 'two');
    const second = await record();
    await writeFile(at('a.txt'), 'six');
    const third = await record();
    assert.notEqual(first, second);
    assert.equal(await readText(staging, second, 'a.txt'), 'two');
    assert.equal(await readText(staging, third, 'a.txt'), 'six');
    assert.equal(await record(), third);
  });

  it('records ignored files of the base and no other ignored ones', async () => {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('.gitignore', 'dist\n');
    await place.write('dist/kept.js', 'kept');
    await place.git(['init', '--quiet']);
    await place.git(['add', '--force', '--all']);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    await staging.openLane(laneA, { base: commit }, never);
    const kept = path.join(place.laneFolder(laneA), 'dist/kept.js');
    await writeFile(path.join(place.laneFolder(laneA), 'dist/other.js'), 'other');
    await rm(kept);
    const without = await staging.recordTree(laneA, never);
    assert.deepEqual(
      (await staging.diff(commit, without, never)).files.map((file) => file.path),
      ['dist/kept.js'],
    );
    await writeFile(kept, 'back again');
    const back = await staging.recordTree(laneA, never);
    assert.equal(await readText(staging, back, 'dist/kept.js'), 'back again');
    await staging.openLane(laneA, { base: commit, tree: without }, never);
    await mkdir(path.dirname(kept), { recursive: true });
    await writeFile(kept, 'after a reset');
    const after = await staging.recordTree(laneA, never);
    assert.equal(await readText(staging, after, 'dist/kept.js'), 'after a reset');
  });

  it('records what an agent itself put into an environment file', async () => {
    const { at, record, changed } = await laneWith({ 'a.txt': 'a' });
    await writeFile(at('.env'), 'PORT=0\n');
    assert.deepEqual(await changed(await record()), { '.env': 'added' });
  });

  it('records a folder in place of a file, a file in place of a folder, a link in place of either', async () => {
    const { at, record, changed } = await laneWith({ one: '1', 'two/a': 'a', 'three/b': 'b' });
    await rm(at('one'));
    await mkdir(at('one'));
    await writeFile(at('one/inside'), '');
    await rm(at('two'), { recursive: true });
    await writeFile(at('two'), 'a file');
    await rename(at('three'), at('four'));
    await symlink('four', at('three'));
    assert.deepEqual(await changed(await record()), {
      // Renamed, so that the old name is no entry of its own.
      'four/b': 'modified',
      one: 'deleted',
      'one/inside': 'added',
      three: 'added',
      two: 'added',
      'two/a': 'deleted',
    });
  });

  it('is set back to exactly a tree, ignored and nested things removed', async () => {
    const { staging, commit, root, at, record } = await laneWith({
      '.gitignore': 'ignored\n',
      'a.txt': 'a',
      'src/b.txt': 'b',
    });
    await writeFile(at('a.txt'), 'changed');
    await writeFile(at('c.txt'), 'c');
    const tree = await record();
    const recorded = await contentsOf(root);
    await writeFile(at('a.txt'), 'changed again');
    await chmod(at('c.txt'), 0o755);
    await writeFile(at('ignored'), '');
    await mkdir(at('empty/folders'), { recursive: true });
    await mkdir(at('src/.git/hooks'), { recursive: true });
    await writeFile(at('src/.git/HEAD'), 'ref: refs/heads/main\n');
    await rm(at('src/b.txt'));
    await symlink('/etc', at('src/b.txt'));
    await staging.openLane(laneA, { base: commit, tree }, never);
    assert.deepEqual(await contentsOf(root), recorded);
    await staging.openLane(laneA, { base: commit }, never);
    assert.equal(await readFile(at('a.txt'), 'utf8'), 'a');
    assert.equal(await record(), await treeOf(staging, commit));
  });

  it('is set back without touching what a link in it leads to', async () => {
    const { place, staging, commit, at } = await laneWith({ 'src/b.txt': 'b' });
    await place.write('precious/b.txt', 'precious');
    await rm(at('src'), { recursive: true });
    await symlink(path.join(place.workspace, 'precious'), at('src'));
    await staging.openLane(laneA, { base: commit }, never);
    assert.equal(await readFile(path.join(place.workspace, 'precious/b.txt'), 'utf8'), 'precious');
    assert.equal(await readFile(at('src/b.txt'), 'utf8'), 'b');
  });

  it('is set back when a command took away the rights to its folders', async () => {
    const { staging, commit, root, at } = await laneWith({ 'src/b.txt': 'b' });
    await mkdir(at('made/deep'), { recursive: true });
    await writeFile(at('made/deep/file'), '');
    for (const folder of ['made/deep', 'made', 'src']) await chmod(at(folder), 0o000);
    await staging.openLane(laneA, { base: commit }, never);
    assert.deepEqual(Object.keys(await contentsOf(root)), ['src/b.txt']);
  });

  it('is opened again after a crash that left a lock or half an index', async () => {
    const { place, staging, commit, root, record } = await laneWith({ 'a.txt': 'a' });
    const index = path.join(place.state, 'staging/run-1/indexes', laneA);
    await writeFile(`${index}.lock`, '');
    await record();
    await truncate(index, 20);
    await writeFile(`${index}.lock`, '');
    await staging.openLane(laneA, { base: commit }, never);
    assert.deepEqual(Object.keys(await contentsOf(root)), ['a.txt']);
    assert.equal(await record(), await treeOf(staging, commit));
  });

  it('refuses to go on when a command replaced its folder by a link', async () => {
    const { place, staging, commit, root, record } = await laneWith({ 'a.txt': 'a' });
    await rm(root, { recursive: true });
    await symlink(place.workspace, root);
    await assert.rejects(record(), { code: 'staging' });
    await assert.rejects(staging.openLane(laneA, { base: commit }, never), { code: 'staging' });
    assert.deepEqual(Object.keys(await contentsOf(place.workspace)), ['a.txt']);
  });

  it('is gone once it is closed, and can be opened anew', async () => {
    const { place, staging, commit, root } = await laneWith({ 'a.txt': 'a' });
    await staging.closeLane(laneA);
    await assert.rejects(contentsOf(root), { code: 'ENOENT' });
    await staging.closeLane(laneA);
    await staging.openLane(laneA, { base: commit }, never);
    assert.deepEqual(await contentsOf(root), await contentsOf(place.workspace));
  });

  it('takes up a working copy of another, and writes only the files that differ', async () => {
    const { place, staging, commit, root, at, record } = await laneWith({
      'same.txt': 'same',
      'a.txt': 'a',
      '.gitignore': 'ignored\n',
    });
    await writeFile(at('a.txt'), 'changed');
    const head = await staging.commit(await record(), commit, 'work');
    await writeFile(at('new.txt'), 'new');
    await writeFile(at('ignored'), 'of the task before');
    await mkdir(at('.git'));
    const { ino } = await stat(at('same.txt'));
    await staging.closeLane(laneA);
    await assert.rejects(contentsOf(root), { code: 'ENOENT' });
    // By another run, and another process for all it knows.
    const other = place.staging({ runId: 'run-2' as never });
    await other.openLane(laneB, { base: head }, never);
    const taken = place.laneFolder(laneB, 'run-2');
    assert.deepEqual(Object.keys(await contentsOf(taken)), ['.gitignore', 'a.txt', 'same.txt']);
    assert.equal(await readFile(path.join(taken, 'a.txt'), 'utf8'), 'changed');
    assert.equal((await stat(path.join(taken, 'same.txt'))).ino, ino);
    await other.closeLane(laneB);
    await rm(path.join(place.state, 'staging/.pool'), { recursive: true });
    await staging.openLane(laneA, { base: commit }, never);
    assert.deepEqual(await contentsOf(root), await contentsOf(place.workspace));
  });

  it('keeps no more working copies than a run uses at once', async () => {
    const { place, staging, commit } = await laneWith({ 'a.txt': 'a' });
    const ids = Array.from({ length: 7 }, (_, number) => LaneId.parse(`lane-${number}`));
    for (const id of ids) await staging.openLane(id, { base: commit }, never);
    for (const id of [laneA, ...ids]) await staging.closeLane(id);
    assert.equal((await readdir(path.join(place.state, 'lanes/.pool'))).length, 5);
    assert.deepEqual(await readdir(path.join(place.state, 'lanes/run-1')), []);
  });

  it('works while others of its run and of another run of the workspace work too', async () => {
    const { place, staging, commit } = await laneWith({ 'a.txt': 'a' });
    const other = place.staging({ runId: 'run-2' as never });
    const lanes = [
      { staging, lane: laneA, root: place.laneFolder(laneA) },
      { staging, lane: laneB, root: place.laneFolder(laneB) },
      { staging: other, lane: laneA, root: place.laneFolder(laneA, 'run-2') },
    ];
    const trees = await Promise.all(
      lanes.map(async (each, position) => {
        await each.staging.openLane(each.lane, { base: commit }, never);
        await writeFile(path.join(each.root, 'own.txt'), `own ${position}`);
        return each.staging.recordTree(each.lane, never);
      }),
    );
    for (const [position, tree] of trees.entries()) {
      assert.equal(await readText(staging, tree, 'own.txt'), `own ${position}`);
    }
  });

  it('stops being opened when the run is cancelled', async () => {
    const { staging, commit } = await laneWith({ 'a.txt': 'a' });
    const reason = new Error('cancelled by the person');
    const signal = AbortSignal.abort(reason);
    await assert.rejects(staging.openLane(laneB, { base: commit }, signal), reason);
    await assert.rejects(staging.recordTree(laneA, signal), reason);
  });
});

async function treeOf(
  staging: ReturnType<Awaited<ReturnType<typeof stagedWorkspace>>['staging']>,
  commit: string,
) {
  await staging.openLane(laneB, { base: commit }, never);
  return staging.recordTree(laneB, never);
}
