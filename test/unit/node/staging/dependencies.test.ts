/** What is installed in the workspace can be used in a lane, resolves to the lane's sources, and stays as it is. */
import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  link as hardLink,
  lstat,
  mkdir,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describe, it } from 'mocha';
import { makeLane } from '../../../../src/node/lane.ts';
import { createLaneShell } from '../../../../src/node/lane-shell.ts';
import { processIdentity } from '../../../../src/node/process-identity.ts';
import { recordSetUp } from '../../../../src/node/staging/set-up-record.ts';
import type { StagingOptions } from '../../../../src/node/staging/staging.ts';
import { tidyStorage } from '../../../../src/node/staging/tidy-storage.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { ProcessRef } from '../../../../src/shared/process-ref.ts';
import { contentsOf, fingerprintOf } from '../../../support/folder-contents.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { laneA, laneB, never, type StagedWorkspace, stagedWorkspace } from './staged-workspace.ts';

const link = ['node_modules', '.venv'];

describe('dependencies in a lane', function () {
  this.timeout(60_000);
  const makeFolder = temporaryFolders();

  /** As npm lays out a workspace: packages of its own are links, others stand there as files. */
  async function npmWorkspace(): Promise<StagedWorkspace> {
    const place = await stagedWorkspace(await makeFolder());
    const pkg = (name: string, more = {}) => JSON.stringify({ name, version: '1.0.0', ...more });
    await place.write('.gitignore', 'node_modules\n');
    await place.write('package.json', pkg('top', { workspaces: ['packages/*'] }));
    await place.write('packages/lib/package.json', pkg('@app/lib'));
    await place.write('packages/lib/index.js', "module.exports = 'original';\n");
    await place.write('packages/app/package.json', pkg('@app/app'));
    await place.write(
      'packages/app/index.js',
      "console.log(require('@app/lib'), require('outer'));\n",
    );
    await place.write('node_modules/outer/package.json', pkg('outer'));
    await place.write('node_modules/outer/index.js', "module.exports = require('inner');\n");
    await place.write('node_modules/inner/index.js', "module.exports = 'inner';\n");
    await place.write('node_modules/.package-lock.json', '{}\n');
    await place.write('node_modules/.cache/tool/state', 'of the person');
    await place.write('node_modules/outer/cli.js', "console.log('cli');\n", 0o755);
    await place.link('node_modules/.bin/outer', '../outer/cli.js');
    await place.link('node_modules/@app/lib', '../../packages/lib');
    await place.link('node_modules/@app/app', path.join(place.workspace, 'packages/app'));
    // Its own copy of a dependency of the workspace leads back as well.
    await place.write('node_modules/plugin/index.js', "module.exports = require('@app/lib');\n");
    await place.link('node_modules/plugin/node_modules/@app/lib', '../../../../packages/lib');
    // And what reaches the workspace only through others.
    await place.write(
      'node_modules/@far/away/package.json',
      pkg('@far/away', { dependencies: { near: '1' } }),
    );
    await place.write('node_modules/@far/away/index.js', "module.exports = require('near');\n");
    await place.write(
      'node_modules/near/package.json',
      pkg('near', { peerDependencies: { '@app/lib': '1' } }),
    );
    await place.write('node_modules/near/index.js', "module.exports = require('@app/lib');\n");
    await place.write(
      'packages/app/node_modules/private/index.js',
      "module.exports = 'private';\n",
    );
    await place.initialise();
    return place;
  }

  async function open(place: StagedWorkspace, options: Partial<StagingOptions> = {}) {
    const staging = place.staging({ link, ...options });
    const { commit } = await staging.snapshot(never);
    await staging.openLane(laneA, { base: commit }, never);
    return { staging, commit, root: place.laneFolder(laneA) };
  }

  async function node(root: string, ...args: string[]): Promise<string> {
    return (await promisify(execFile)(process.execPath, args, { cwd: root })).stdout.trim();
  }

  it('of an npm workspace resolve to the sources of the lane', async () => {
    const place = await npmWorkspace();
    const { root } = await open(place);
    await writeFile(path.join(root, 'packages/lib/index.js'), "module.exports = 'changed';\n");
    assert.equal(await node(root, 'packages/app/index.js'), 'changed inner');
    assert.equal(await node(root, '-p', "require('plugin')"), 'changed');
    assert.equal(await node(root, '-p', "require('@far/away')"), 'changed');
    assert.equal(
      await node(path.join(root, 'packages/app'), '-p', "require('private')"),
      'private',
    );
    assert.equal(await node(root, 'node_modules/.bin/outer'), 'cli');
    assert.equal(await node(place.workspace, 'packages/app/index.js'), 'original inner');
    for (const own of ['@app/lib', '@app/app']) {
      const real = await realpath(path.join(root, 'node_modules', own));
      assert.ok(real.startsWith(`${root}${path.sep}`), real);
    }
  });

  it('are private where tools write: caches are empty, settings are copies, folders are real', async () => {
    const place = await npmWorkspace();
    const before = await fingerprintOf(path.join(place.workspace, 'node_modules'));
    const { root } = await open(place);
    const at = (name: string) => path.join(root, 'node_modules', name);
    assert.deepEqual(await contentsOf(at('.cache')), {});
    await mkdir(at('.cache/tool'));
    await writeFile(at('.cache/tool/state'), 'of the lane');
    await writeFile(at('.package-lock.json'), 'changed');
    await mkdir(at('new-package'));
    await rm(at('inner'));
    await rm(at('.bin/outer'));
    assert.deepEqual(await fingerprintOf(path.join(place.workspace, 'node_modules')), before);
  });

  it('cannot be written through the tools of the lane', async () => {
    const place = await npmWorkspace();
    const { staging } = await open(place, { makeLane: (_, root) => makeLane(root) });
    const { files } = staging.lane(laneA);
    const bytes = Buffer.from('changed');
    await assert.rejects(files.write('node_modules/outer/index.js', bytes), {
      code: 'path-refused',
    });
    await assert.rejects(files.remove('node_modules/outer/index.js'), { code: 'path-refused' });
  });

  /** As pnpm lays out a workspace: a store of packages beside links, files that have a second name elsewhere. */
  async function pnpmWorkspace(): Promise<StagedWorkspace> {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('.gitignore', 'node_modules\n');
    await place.write('packages/lib/index.js', "module.exports = 'original';\n");
    await place.write(
      'packages/app/index.js',
      "console.log(require('lib'), require('plugin'), require('over'), require('plain'));\n",
    );
    await place.initialise();
    const store = 'node_modules/.pnpm';
    const add = async (
      folder: string,
      name: string,
      text: string,
      needs: Record<string, string>,
    ) => {
      const modules = `${store}/${folder}/node_modules`;
      await place.write(`${modules}/${name}/index.js`, text);
      for (const [need, target] of Object.entries(needs))
        await place.link(`${modules}/${need}`, target);
      await place.link(
        `packages/app/node_modules/${name}`,
        `../../../${store}/${folder}/node_modules/${name}`,
      );
    };
    await place.link('packages/app/node_modules/lib', '../../lib');
    await add('plain@1.0.0', 'plain', "module.exports = 'plain';\n", {});
    await add('plugin@1.0.0_lib', 'plugin', "module.exports = 'plugin of ' + require('lib');\n", {
      lib: '../../../../packages/lib',
    });
    await add('over@1.0.0', 'over', "module.exports = 'over ' + require('plugin');\n", {
      plugin: '../../plugin@1.0.0_lib/node_modules/plugin',
    });
    await place.link(`${store}/node_modules/lib`, '../../../packages/lib');
    await place.write(`${store}/lock.yaml`, 'lock\n');
    await place.write('node_modules/.modules.yaml', 'modules\n');
    await mkdir(path.join(place.home, 'store'));
    for (const name of ['plain@1.0.0/node_modules/plain', 'plugin@1.0.0_lib/node_modules/plugin']) {
      const file = path.join(place.workspace, store, name, 'index.js');
      await hardLink(file, path.join(place.home, 'store', path.basename(name)));
    }
    return place;
  }

  it('of a pnpm workspace resolve to the sources of the lane, through its store as well', async () => {
    const place = await pnpmWorkspace();
    const { root } = await open(place);
    await writeFile(path.join(root, 'packages/lib/index.js'), "module.exports = 'changed';\n");
    const seen = (lib: string) => `${lib} plugin of ${lib} over plugin of ${lib} plain`;
    assert.equal(await node(root, 'packages/app/index.js'), seen('changed'));
    assert.equal(await node(place.workspace, 'packages/app/index.js'), seen('original'));
  });

  it('of a pnpm store are read by the tools of the lane and never written', async () => {
    const place = await pnpmWorkspace();
    const before = await fingerprintOf(path.join(place.workspace, 'node_modules'));
    const { staging, root } = await open(place, {
      makeLane: (_, folder, { linkedFrom }) =>
        makeLane(folder, undefined, { workspace: place.workspace, linkedFrom }),
    });
    const { files } = staging.lane(laneA);
    for (const name of ['plain', 'plugin']) {
      const file = `packages/app/node_modules/${name}/index.js`;
      assert.match(Buffer.from(await files.read(file)).toString(), new RegExp(`'${name}`));
      const written = files.write(file, Buffer.from('changed'));
      if (name === 'plain') await assert.rejects(written, { code: 'path-refused' });
      else await written.catch(() => {});
    }
    await writeFile(path.join(root, 'node_modules/.modules.yaml'), 'of the lane');
    await writeFile(path.join(root, 'node_modules/.pnpm/lock.yaml'), 'of the lane');
    assert.deepEqual(await fingerprintOf(path.join(place.workspace, 'node_modules')), before);
  });

  it('are never recorded, and are made anew for the next task', async () => {
    const place = await npmWorkspace();
    const { staging, commit, root } = await open(place);
    await writeFile(path.join(root, '.gitignore'), '');
    await rm(path.join(root, 'node_modules/inner'));
    await symlink('/etc', path.join(root, 'node_modules/evil'));
    const tree = await staging.recordTree(laneA, never);
    const { files } = await staging.diff(commit, tree, never);
    assert.deepEqual(
      files.map((file) => file.path),
      ['.gitignore'],
    );
    await staging.closeLane(laneA);
    await staging.openLane(laneB, { base: commit }, never);
    const modules = path.join(place.laneFolder(laneB), 'node_modules');
    await assert.rejects(lstat(path.join(modules, 'evil')), { code: 'ENOENT' });
    assert.equal(
      await readFile(path.join(modules, 'inner/index.js'), 'utf8'),
      "module.exports = 'inner';\n",
    );
    assert.ok(await lstat(path.join(place.workspace, 'node_modules/inner/index.js')));
  });

  it('leave alone what the lane itself has in their place', async () => {
    const place = await npmWorkspace();
    const { staging, commit, root } = await open(place);
    await rm(path.join(root, 'packages/app'), { recursive: true });
    await rm(path.join(root, 'node_modules'), { recursive: true });
    await writeFile(path.join(root, '.gitignore'), '');
    await writeFile(path.join(root, 'node_modules'), 'a file');
    const tree = await staging.recordTree(laneA, never);
    await staging.openLane(laneA, { base: commit, tree }, never);
    await assert.rejects(lstat(path.join(root, 'packages/app')), { code: 'ENOENT' });
  });

  it('of a Python environment import the sources of the lane, and write their caches there', async function () {
    const python = pythonCommand();
    if (python === undefined) this.skip();
    const place = await stagedWorkspace(await makeFolder());
    await place.write('.gitignore', '.venv\n');
    await place.write('src/app/__init__.py', "WHO = 'original'\n");
    await place.initialise();
    execFileSync(python, ['-m', 'venv', '--without-pip', path.join(place.workspace, '.venv')]);
    const inWorkspace = path.join(place.workspace, '.venv');
    const site = execFileSync(path.join(inWorkspace, 'bin/python'), [
      '-c',
      'import sysconfig; print(sysconfig.get_path("purelib"))',
    ])
      .toString()
      .trim();
    const inSite = (name: string) => path.relative(place.workspace, path.join(site, name));
    // As an editable installation leaves it, a package beside it, and a script with its interpreter.
    await place.write(inSite('app.pth'), `${place.workspace}/src\n`);
    await place.write(inSite('outer/__init__.py'), "import app\nWHO = 'outer of ' + app.WHO\n");
    await place.write(
      '.venv/bin/tool',
      `#!${inWorkspace}/bin/python\nimport outer, sys\nprint(outer.WHO, sys.prefix)\n`,
      0o755,
    );
    const before = await fingerprintOf(inWorkspace);
    const { root } = await open(place);
    await writeFile(path.join(root, 'src/app/__init__.py'), "WHO = 'changed'\n");
    const run = promisify(execFile);
    const { stdout } = await run(path.join(root, '.venv/bin/tool'), {
      cwd: root,
      env: { PATH: process.env.PATH },
    });
    assert.equal(stdout.trim(), `outer of changed ${path.join(root, '.venv')}`);
    assert.deepEqual(await fingerprintOf(inWorkspace), before);
    const cache = path.join(root, inSite('outer/__pycache__'));
    assert.ok((await realpath(cache)).startsWith(`${root}${path.sep}`));
    assert.notDeepEqual(await contentsOf(cache), {});
  });
});

describe('the set-up of a lane', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();

  async function withSetUp(command: string) {
    const place = await stagedWorkspace(await makeFolder());
    await place.write('.gitignore', 'generated\n');
    const said: string[] = [];
    const staging = place.staging({
      makeLane: (_, root, { temporaryFolder }) =>
        makeLane(root, createLaneShell({ root, temporaryFolder })),
      setUp: { command, say: (message) => said.push(message) },
    });
    const { commit } = await staging.snapshot(never);
    await staging.openLane(laneA, { base: commit }, never);
    return { place, staging, commit, said };
  }

  it('makes what is generated and ignored, for each task anew and in no record', async () => {
    const { place, staging, commit, said } = await withSetUp(
      'echo made > generated; echo x > "$HOME/kept"',
    );
    const file = path.join(place.laneFolder(laneA), 'generated');
    assert.equal(await readFile(file, 'utf8'), 'made\n');
    assert.deepEqual(
      (await staging.diff(commit, await staging.recordTree(laneA, never), never)).files,
      [],
    );
    const home = { line: 'cat "$HOME/kept"', timeoutMs: 5000, maxBytes: 100 };
    assert.equal((await staging.lane(laneA).shell.run(home, never)).output, 'x\n');
    await writeFile(file, 'of the task before');
    await staging.closeLane(laneA);
    await staging.openLane(laneB, { base: commit }, never);
    assert.equal(await readFile(path.join(place.laneFolder(laneB), 'generated'), 'utf8'), 'made\n');
    assert.deepEqual(said, []);
  });

  for (const [whose, next] of [
    ['the next process that takes the run up', openAgain],
    ['tidying, when nobody does', tidyAfterCrash],
  ] as const) {
    it(`is ended by ${whose}, if a crash left it running`, async function () {
      if (process.platform === 'win32') this.skip();
      const { place, staging, commit } = await withSetUp('true');
      // Left alone by its parent, as after a crash, and what the record then says of it.
      const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
      const ended = once(child, 'exit');
      const group = child.pid ?? assert.fail('sleep did not start');
      const start = (await processIdentity(group)) ?? assert.fail('it has no identity');
      await recordSetUp(path.join(place.state, 'staging', 'run-1'), laneB, { group, start });
      await staging.close();
      await next(place, commit);
      assert.deepEqual(await ended, [null, 'SIGTERM']);
      assert.deepEqual(
        await readdir(path.join(place.state, 'staging/run-1/set-ups')).catch(() => []),
        [],
      );
    });
  }

  async function openAgain(place: StagedWorkspace, commit: string): Promise<void> {
    await place.staging().openLane(laneA, { base: commit }, never);
  }

  async function tidyAfterCrash(place: StagedWorkspace): Promise<void> {
    const startedAt = new Date().toISOString();
    const run = { runId: RunId.parse('run-1'), startedAt, busy: false, ended: false };
    const request = { folder: place.state, runs: [run], capBytes: 1024 ** 4, now: new Date() };
    await tidyStorage(request, never);
  }

  it('is on record while it runs, before it does anything, and no longer', async () => {
    const { place } = await withSetUp('cat "$PWD"/../../../staging/run-1/set-ups/a > generated');
    const seen = await readFile(path.join(place.laneFolder(laneA), 'generated'), 'utf8');
    assert.ok(ProcessRef.parse(JSON.parse(seen)).group > 1);
    assert.deepEqual(await readdir(path.join(place.state, 'staging/run-1/set-ups')), []);
  });

  it('says that it failed, and the lane is there all the same', async () => {
    const { place, said } = await withSetUp('echo no such generator; exit 3');
    assert.match(said.join(), /ended with 3.*no such generator.*muster\.lanes\.setup/s);
    assert.ok(await lstat(path.join(place.laneFolder(laneA), '.gitignore')));
  });
});

function pythonCommand(): string | undefined {
  for (const command of ['python3', 'python']) {
    try {
      execFileSync(command, ['-c', 'import venv'], { stdio: 'ignore' });
      return command;
    } catch {
      // The next name.
    }
  }
  return undefined;
}
