/** Which files a snapshot takes: the person's own ignore rules, and what stays out with a reason. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import type { Staging } from '../../../../src/engine/ports.ts';
import type { LeftOut } from '../../../../src/shared/left-out.ts';
import { contentsOf } from '../../../support/folder-contents.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import {
  laneA,
  never,
  openLaneAt,
  type StagedWorkspace,
  stagedWorkspace,
} from './staged-workspace.ts';

describe('the contents of a snapshot', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();
  const make = async () => stagedWorkspace(await makeFolder());

  it('are tracked files and untracked ones that no rule of the person ignores', async () => {
    const place = await make();
    await place.write('.gitignore', '*.log\n/build/\n');
    await place.write('tracked.log', 'tracked before it was ignored');
    await place.git(['init', '--quiet']);
    await place.git(['add', '--force', 'tracked.log', '.gitignore']);
    await place.write('untracked.ts', '');
    await place.write('debug.log', '');
    await place.write('build/out.js', '');
    await place.write('lib/.gitignore', '!keep.log\ntmp\n');
    await place.write('lib/keep.log', '');
    await place.write('lib/tmp/x', '');
    await place.write('.git/info/exclude', 'mine.txt\n');
    await place.write('mine.txt', '');
    await writeFile(path.join(place.home, '.gitconfig'), '[core]\n\texcludesFile = ~/ignore-all\n');
    await writeFile(path.join(place.home, 'ignore-all'), '*.swp\n');
    await place.write('file.swp', '');
    const names = await withHome(place.home, () => namesTaken(place, place.staging()));
    const expected = [
      '.gitignore',
      'lib/.gitignore',
      'lib/keep.log',
      'tracked.log',
      'untracked.ts',
    ];
    assert.deepEqual(names, expected);
  });

  it('leave tracked files out that were deleted, and take what replaced them', async () => {
    const place = await make();
    await place.write('gone.txt', '');
    await place.write('now-folder', '');
    await place.write('folder/file.txt', '');
    await place.initialise();
    await rm(path.join(place.workspace, 'gone.txt'));
    await rm(path.join(place.workspace, 'now-folder'));
    await place.write('now-folder/inside.txt', '');
    await rm(path.join(place.workspace, 'folder'), { recursive: true });
    await place.write('folder', 'now a file');
    assert.deepEqual(await namesTaken(place, place.staging()), ['folder', 'now-folder/inside.txt']);
  });

  it('follow .gitignore files in a folder that is no repository', async () => {
    const place = await make();
    await place.write('.gitignore', 'node_modules\n');
    await place.write('src/a.ts', '');
    await place.write('src/.gitignore', 'b.ts\n');
    await place.write('src/b.ts', '');
    await place.write('node_modules/x/index.js', '');
    const names = ['.gitignore', 'src/.gitignore', 'src/a.ts'];
    assert.deepEqual(await namesTaken(place, place.staging()), names);
  });

  it('follow the rules of the folders above in a workspace that is part of a repository', async () => {
    const outer = await make();
    await outer.write('.gitignore', 'node_modules\n/packages/a/dist/\n/src\n');
    await outer.write('packages/.gitignore', '/a/cache\n*.tmp\n');
    for (const name of ['src/x.ts', 'dist/x.js', 'cache/x', 'x.tmp', 'node_modules/x/index.js']) {
      await outer.write(`packages/a/${name}`, '');
    }
    await outer.write('packages/b/other.ts', '');
    await outer.initialise();
    const workspace = path.join(outer.workspace, 'packages/a');
    const staging = outer.staging({ workspace });
    assert.deepEqual(await namesTaken(outer, staging), ['src/x.ts']);
    const lane = outer.laneFolder(laneA);
    for (const name of ['node_modules/y.js', 'dist/y.js', 'cache/y', 'y.tmp', 'y.ts']) {
      await mkdir(path.dirname(path.join(lane, name)), { recursive: true });
      await writeFile(path.join(lane, name), '');
    }
    const { commit } = await staging.snapshot(never);
    const tree = await staging.recordTree(laneA, never);
    const { files } = await staging.diff(commit, tree, never);
    assert.deepEqual(
      files.map((file) => file.path),
      ['y.ts'],
    );
  });

  it('are those of the folder itself where a repository further up ignores all of it', async () => {
    const outer = await make();
    await outer.write('.gitignore', '*\n');
    await outer.initialise();
    await outer.write('project/main.ts', '');
    const workspace = path.join(outer.workspace, 'project');
    assert.deepEqual(await namesTaken(outer, outer.staging({ workspace })), ['main.ts']);
  });

  it('have the files of nested repositories and submodules as files, never a link to a commit', async () => {
    const place = await make();
    await place.write('library/index.ts', '');
    await place.write('library/.gitignore', 'out\n');
    await place.write('library/out/x.js', '');
    await place.git(['init', '--quiet'], 'library');
    await place.git(['add', '--all'], 'library');
    await place.git(['commit', '--quiet', '--message=library'], 'library');
    await place.git(['init', '--quiet']);
    await place.git(['add', 'library']);
    await place.write('.gitignore', 'nothing\n');
    await place.write('clone/deep/file.ts', '');
    await place.git(['init', '--quiet'], 'clone');
    const staging = place.staging();
    const names = ['.gitignore', 'clone/deep/file.ts', 'library/.gitignore', 'library/index.ts'];
    assert.deepEqual(await namesTaken(place, staging), names);
    assert.match(await place.git(['ls-files', '--stage', 'library']), /^160000 /);
  });

  it('leave secrets out and say so', async () => {
    const place = await make();
    const secrets = ['.env', 'app/.env.local', 'certs/server.pem', 'id_rsa', 'sub/.ssh/config'];
    const harmless = ['.env.example', 'app/.env.sample', 'id_rsa.pub', 'keys.ts', 'monkey.txt'];
    for (const name of [...secrets, ...harmless]) await place.write(name, 'x');
    const staging = place.staging();
    assert.deepEqual(await namesTaken(place, staging), [...harmless].sort());
    const { leftOut } = await staging.snapshot(never);
    assert.deepEqual(
      leftOut.map((each) => each.path),
      [...secrets].sort(),
    );
    for (const { reason } of leftOut) assert.match(reason, /may hold secrets/);
  });

  it('leave out large files, pipes and names that git refuses, and say so', async () => {
    const place = await make();
    await place.write('large.bin', Buffer.alloc(2 * 1024 * 1024 + 1));
    await place.write('fits.bin', Buffer.alloc(2 * 1024 * 1024));
    await place.write('git~1', 'an alias of .git on Windows');
    await place.write('plain.txt', '');
    execFileSync('mkfifo', [path.join(place.workspace, 'pipe')]);
    await place.git(['init', '--quiet']);
    const staging = place.staging({ maxFileBytes: 2 * 1024 * 1024 });
    const { files, leftOut } = await staging.snapshot(never);
    assert.equal(files, 2);
    const reasons = Object.fromEntries(leftOut.map(({ path: name, reason }) => [name, reason]));
    assert.deepEqual(reasons, {
      'git~1': 'git does not accept its name',
      'large.bin': 'larger than 2 MB',
    });
  });

  it('leave out what may not be read and say so', async () => {
    const place = await make();
    await place.write('plain.txt', '');
    await place.write('locked.txt', '');
    await place.write('locked/inside.txt', '');
    await place.initialise();
    // What is as it was committed need not be read.
    await place.write('locked.txt', 'changed', 0o000);
    await place.git(['rm', '--quiet', '-r', '--cached', 'locked']);
    await chmod(path.join(place.workspace, 'locked'), 0o000);
    const { files, leftOut } = await snapshotWithoutPrivileges(place);
    assert.equal(files, 1);
    assert.deepEqual(leftOut, [
      { path: 'locked.txt', reason: 'could not be read (no permission)' },
      { path: 'locked/', reason: 'could not be read (Permission denied)' },
    ]);
  });

  it('leave out names that are not UTF-8 and say so', async function () {
    if (process.platform !== 'linux') return this.skip();
    const place = await make();
    const raw = Buffer.concat([Buffer.from(`${place.workspace}/caf`), Buffer.from([0xe9])]);
    await writeFile(raw, '');
    await place.write('plain.txt', '');
    const { files, leftOut } = await place.staging().snapshot(never);
    assert.equal(files, 1);
    assert.deepEqual(leftOut, [{ path: 'caf\uFFFD', reason: 'its name is not valid UTF-8' }]);
  });

  it('can be nothing at all', async () => {
    const place = await make();
    const { files, leftOut } = await place.staging().snapshot(never);
    assert.deepEqual({ files, leftOut }, { files: 0, leftOut: [] });
    await place.initialise();
    assert.equal((await place.staging().snapshot(never)).files, 0);
  });

  it('are not followed out of the workspace through a linked folder', async () => {
    const place = await make();
    await mkdir(path.join(place.home, 'private'));
    await writeFile(path.join(place.home, 'private', 'file.txt'), 'private');
    await symlink(path.join(place.home, 'private'), path.join(place.workspace, 'linked'));
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    const lane = await openLaneAt(place, staging, commit);
    const target = `link ${path.join(place.home, 'private')}`;
    assert.deepEqual(await contentsOf(lane), { linked: target });
  });

  it('are not taken when git cannot read the repository, and the person is told', async () => {
    const place = await make();
    await place.initialise();
    await writeFile(path.join(place.workspace, '.git', 'index'), 'not an index');
    await assert.rejects(place.staging().snapshot(never), { code: 'staging' });
  });

  it('stop being looked for when the run is cancelled', async () => {
    const place = await make();
    await place.write('a.txt', '');
    const reason = new Error('cancelled by the person');
    await assert.rejects(place.staging().snapshot(AbortSignal.abort(reason)), reason);
  });
});

async function namesTaken(place: StagedWorkspace, staging: Staging): Promise<string[]> {
  const { commit } = await staging.snapshot(never);
  return Object.keys(await contentsOf(await openLaneAt(place, staging, commit))).sort();
}

/** Runs with another home folder, since the person's own rules begin there. */
async function withHome<Result>(home: string, work: () => Promise<Result>): Promise<Result> {
  const before = { HOME: process.env.HOME, XDG: process.env.XDG_CONFIG_HOME };
  process.env.HOME = home;
  delete process.env.XDG_CONFIG_HOME;
  try {
    return await work();
  } finally {
    if (before.HOME !== undefined) process.env.HOME = before.HOME;
    if (before.XDG !== undefined) process.env.XDG_CONFIG_HOME = before.XDG;
  }
}

/** Rights do not count for the superuser, so that the snapshot is taken by somebody else. */
async function snapshotWithoutPrivileges(
  place: StagedWorkspace,
): Promise<{ files: number; leftOut: LeftOut[] }> {
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const state = path.join(place.home, 'state');
  await mkdir(state);
  await chmod(path.dirname(place.home), 0o755);
  if (nobody.uid !== undefined) await chown(state, nobody.uid, nobody.gid);
  const module = fileURLToPath(new URL('../../../../src/node/staging/staging.ts', import.meta.url));
  const program = `
    import { createStaging } from ${JSON.stringify(module)};
    const staging = createStaging(JSON.parse(process.argv[1]));
    console.log(JSON.stringify(await staging.snapshot(new AbortController().signal)));
  `;
  const options = JSON.stringify({ workspace: place.workspace, folder: state, runId: 'run-1' });
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', program, options],
    { ...nobody, cwd: '/', env: { PATH: process.env.PATH, HOME: place.home } },
  );
  return JSON.parse(stdout);
}
