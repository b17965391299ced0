/** A repository whose configuration names programs: none of them ever runs. */
import assert from 'node:assert/strict';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { contentsOf, fingerprintOf } from '../../../support/folder-contents.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import {
  laneA,
  never,
  openLaneAt,
  type StagedWorkspace,
  stagedWorkspace,
} from './staged-workspace.ts';

const programSettings = [
  'alias.ls-files',
  'alias.write-tree',
  'core.alternateRefsCommand',
  'core.askPass',
  'core.editor',
  'core.fsmonitor',
  'core.gitProxy',
  'core.pager',
  'core.sshCommand',
  'credential.helper',
  'diff.external',
  'diff.evil.command',
  'diff.evil.textconv',
  'filter.evil.clean',
  'filter.evil.process',
  'filter.evil.smudge',
  'gpg.program',
  'interactive.diffFilter',
  'merge.evil.driver',
  'pager.ls-files',
  'remote.origin.uploadpack',
  'sequence.editor',
  'uploadpack.packObjectsHook',
];

const hooks = ['post-index-change', 'post-checkout', 'pre-commit', 'reference-transaction'];

describe('a hostile repository', function () {
  this.timeout(30_000);
  let place: StagedWorkspace;
  let traps: string;
  let script: string;

  beforeEach(async () => {
    const base = await makeFolder();
    place = await stagedWorkspace(base);
    traps = path.join(base, 'sprung');
    await mkdir(traps);
    script = path.join(base, 'trap.sh');
    await writeFile(script, `#!/bin/sh\necho "$@" > "${traps}/$$"\ncat\n`, { mode: 0o755 });
    await place.write('a.txt', 'one\ntwo\n');
    await place.write('.gitattributes', '* filter=evil diff=evil merge=evil\n');
    await place.write('nested/b.txt', 'b\n');
    await place.initialise();
    await setTraps('.');
  });

  afterEach(async () => {
    assert.deepEqual(await readdir(traps), [], 'a program of the repository ran');
  });

  // Below the check, so that folders are removed after it.
  const makeFolder = temporaryFolders();

  async function setTraps(below: string): Promise<void> {
    const config = path.join(place.workspace, below, '.git', 'config');
    for (const setting of programSettings) {
      const value = setting.startsWith('alias') ? `!${script}` : script;
      await place.git(['config', '--file', config, setting, value]);
    }
    await place.git(['config', '--file', config, 'filter.evil.required', 'true']);
    for (const hook of hooks) {
      await place.write(path.join(below, '.git/hooks', hook), `#!/bin/sh\n${script}\n`, 0o755);
    }
  }

  it('runs nothing in a whole round of snapshot, lane, record, merge and diff', async () => {
    await place.write('a.txt', 'one\ntwo\nthree\n');
    const before = await fingerprintOf(place.workspace);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    const lane = await openLaneAt(place, staging, commit);
    await writeFile(path.join(lane, 'a.txt'), 'zero\none\ntwo\nthree\n');
    const work = await staging.commit(await staging.recordTree(laneA, never), commit, 'work');
    const merged = await staging.merge(commit, work, 'merge', never);
    assert.ok(merged.clean);
    const { files } = await staging.diff(commit, merged.head, never);
    assert.equal(files[0]?.additions, 1);
    assert.deepEqual(await fingerprintOf(place.workspace), before);
  });

  it('runs nothing when it is nested in the workspace', async () => {
    await place.git(['init', '--quiet'], 'nested');
    await setTraps('nested');
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    const names = Object.keys(await contentsOf(await openLaneAt(place, staging, commit)));
    assert.ok(names.includes('nested/b.txt'));
  });

  it('runs nothing when it pretends that objects have to be fetched', async () => {
    await place.git(['config', 'extensions.partialClone', 'origin']);
    await place.git(['config', 'remote.origin.promisor', 'true']);
    await place.git(['config', 'remote.origin.url', `ext::${script}`]);
    await place.git(['config', 'protocol.ext.allow', 'always']);
    await place.git(['config', 'index.sparse', 'true']);
    await place.git(['config', 'core.sparseCheckout', 'true']);
    await place.staging().snapshot(never);
  });

  it('cannot make git look elsewhere through the environment', async () => {
    const poison = {
      GIT_DIR: path.join(place.workspace, '.git'),
      GIT_WORK_TREE: place.workspace,
      GIT_INDEX_FILE: path.join(place.workspace, '.git', 'index'),
      GIT_EXTERNAL_DIFF: script,
      GIT_SSH_COMMAND: script,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: script,
      GIT_TRACE: path.join(traps, 'trace'),
    };
    Object.assign(process.env, poison);
    try {
      const staging = place.staging();
      const { commit } = await staging.snapshot(never);
      const lane = await openLaneAt(place, staging, commit);
      assert.equal(Object.keys(await contentsOf(lane)).length, 3);
    } finally {
      for (const name of Object.keys(poison)) delete process.env[name];
    }
  });

  it('made by a command in a lane is neither run nor followed nor linked', async () => {
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    const lane = await openLaneAt(place, staging, commit);
    const inLane = path.relative(place.workspace, lane);
    await place.git(['init', '--quiet'], inLane);
    await setTraps(inLane);
    await mkdir(path.join(lane, 'made'));
    await writeFile(path.join(lane, 'made', 'new.txt'), 'new\n');
    await place.git(['init', '--quiet'], path.join(inLane, 'made'));
    await setTraps(path.join(inLane, 'made'));
    await writeFile(path.join(lane, 'nested', '.git'), `gitdir: ${place.workspace}/.git\n`);
    const tree = await staging.recordTree(laneA, never);
    const { files } = await staging.diff(commit, tree, never);
    assert.deepEqual(
      files.map((file) => [file.path, file.headMode]),
      [['made/new.txt', '100644']],
    );
    await staging.openLane(laneA, { base: commit, tree }, never);
    const names = ['.gitattributes', 'a.txt', 'made/new.txt', 'nested/b.txt'];
    assert.deepEqual(Object.keys(await contentsOf(lane)), names);
  });
});
