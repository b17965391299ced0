/** The files of a lane: list, read, write and remove on a real disk. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import type { Files } from '../../../src/engine/lane-ports.ts';
import { createLaneFiles } from '../../../src/node/lane-files.ts';
import type { ErrorCode } from '../../../src/shared/muster-error.ts';
import { MusterError } from '../../../src/shared/muster-error.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const never = new AbortController().signal;

describe('The files of a lane', () => {
  describe('that are packages installed in the workspace', () => {
    let workspace: string;
    let lane: Files;

    beforeEach(async () => {
      workspace = path.join(path.dirname(root), 'person');
      const [packages, local] = [path.join(workspace, 'node_modules'), at('node_modules')];
      await mkdir(path.join(packages, 'dep', 'deep'), { recursive: true });
      await mkdir(path.join(workspace, 'src'));
      await mkdir(local);
      await writeFile(path.join(workspace, '.env'), 'secret');
      await writeFile(path.join(workspace, 'src', 'own.js'), 'secret');
      await writeFile(path.join(packages, 'dep', 'index.js'), 'dep');
      await link(path.join(packages, 'dep', 'index.js'), path.join(workspace, '..', 'store'));
      await symlink(path.join(packages, 'dep'), path.join(local, 'dep'));
      await symlink('../src', path.join(packages, 'own'));
      lane = createLaneFiles(root, { workspace });
    });

    const reads = async (name: string) => Buffer.from(await lane.read(name)).toString();

    it('are read through the link that Muster made, though their store shares them', async () => {
      assert.equal(await reads('node_modules/dep/index.js'), 'dep');
      assert.equal(await lane.exists('node_modules/dep/index.js'), true);
    });

    it('are read where a package manager put them in the lane by hard links', async () => {
      await link(path.join(workspace, '..', 'store'), at('node_modules', 'shared.js'));
      assert.equal(await reads('node_modules/shared.js'), 'dep');
      await link(path.join(workspace, '..', 'store'), at('elsewhere.js'));
      await assert.rejects(lane.read('elsewhere.js'), { rule: 'hard-link' });
    });

    it('are read from a folder with a name of its own, once it is known to be linked', async () => {
      const vendor = path.join(workspace, 'vendor');
      await mkdir(vendor);
      await writeFile(path.join(vendor, 'part.js'), 'part');
      await mkdir(at('vendor'));
      await symlink(path.join(vendor, 'part.js'), at('vendor', 'part.js'));
      await assert.rejects(lane.read('vendor/part.js'), { rule: 'link-outside' });
      const knowing = createLaneFiles(root, { workspace, linkedFrom: [vendor] });
      assert.equal(Buffer.from(await knowing.read('vendor/part.js')).toString(), 'part');
      await symlink(path.join(workspace, '.env'), at('vendor', 'env'));
      await assert.rejects(knowing.read('vendor/env'), { rule: 'link-outside' });
    });

    it('are never written or removed', async () => {
      const name = 'node_modules/dep/index.js';
      await assert.rejects(lane.write(name, Buffer.from('x')), { rule: 'link-outside' });
      await assert.rejects(lane.remove(name), { rule: 'link-outside' });
      await link(path.join(workspace, '..', 'store'), at('node_modules', 'shared.js'));
      await assert.rejects(lane.write('node_modules/shared.js', Buffer.from('x')), {
        rule: 'hard-link',
      });
      assert.equal(await readFile(path.join(workspace, '..', 'store'), 'utf8'), 'dep');
    });

    it('are no way to what else stands in the workspace', async () => {
      await symlink(workspace, at('node_modules', 'all'));
      await symlink(path.join(workspace, 'node_modules', 'own'), at('node_modules', 'own'));
      await symlink(path.join(workspace, 'node_modules'), at('packages'));
      const ways = ['dep/../../.env', 'dep/deep/../../../src/own.js', 'all/.env', 'own/own.js'];
      for (const way of [...ways.map((each) => `node_modules/${each}`), 'packages/own/own.js']) {
        await assert.rejects(lane.read(way), { rule: 'link-outside' }, way);
      }
    });

    it('are not read without a workspace to read them from', async () => {
      await assert.rejects(files.read('node_modules/dep/index.js'), { rule: 'link-outside' });
    });
  });

  const temporaryFolder = temporaryFolders();
  let root: string;
  let files: Files;
  const at = (...names: string[]): string => path.join(root, ...names);

  beforeEach(async () => {
    root = path.join(await temporaryFolder(), 'W');
    await mkdir(root);
    files = createLaneFiles(root);
  });

  async function put(...paths: string[]): Promise<void> {
    for (const each of paths) await files.write(each, Buffer.from(each));
  }

  async function listed(where = '.', glob?: string): Promise<string[]> {
    const options = glob === undefined ? { limit: 100 } : { limit: 100, glob };
    return (await files.list(where, options, never)).entries.map((entry) => entry.path);
  }

  async function fails(work: Promise<unknown>, code: ErrorCode, words = /./): Promise<void> {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof MusterError, String(error));
      assert.equal(error.code, code);
      assert.match(error.userMessage, words);
      return true;
    });
  }

  describe('list', () => {
    it('names all files below a folder in path order', async () => {
      await put('b.txt', 'a/z.txt', 'a.txt', 'a/b/c.txt', 'A.txt');
      assert.deepEqual(await listed(), ['A.txt', 'a.txt', 'a/b/c.txt', 'a/z.txt', 'b.txt']);
      assert.deepEqual(await listed('a'), ['a/b/c.txt', 'a/z.txt']);
      assert.deepEqual(await listed('a.txt'), ['a.txt']);
    });

    it('tells kind and size, and does not follow links', async () => {
      await put('dir/file');
      await symlink('dir', at('link'));
      await symlink('/etc', at('out'));
      const { entries } = await files.list('.', { limit: 10 }, never);
      assert.deepEqual(entries, [
        { path: 'dir/file', kind: 'file', bytes: 8 },
        { path: 'link', kind: 'symlink', bytes: 3 },
        { path: 'out', kind: 'symlink', bytes: 4 },
      ]);
      await fails(listed('out'), 'path-refused');
    });

    it("leaves out git's folder, dependencies and what is ignored", async () => {
      await mkdir(at('.git'));
      await writeFile(at('.git', 'config'), '');
      await put(
        'node_modules/x/i.js',
        'py/.venv/x',
        'src/a.log',
        'src/keep.log',
        'dist/x',
        'src/dist/x',
      );
      await put('src/a.ts', 'src/generated/a.ts');
      await files.write('.gitignore', Buffer.from('*.log\n/dist/\n'));
      await files.write('src/.gitignore', Buffer.from('!keep.log\ngenerated\n'));
      assert.deepEqual(await listed(), [
        '.gitignore',
        'src/.gitignore',
        'src/a.ts',
        'src/dist/x',
        'src/keep.log',
      ]);
    });

    it('shows what is ignored when it is asked for by name', async () => {
      await put('node_modules/x/i.js', 'node_modules/x/node_modules/y/i.js', 'dist/x');
      await files.write('.gitignore', Buffer.from('dist\n'));
      assert.deepEqual(await listed('dist'), ['dist/x']);
      const dependencies = ['node_modules/x/i.js', 'node_modules/x/node_modules/y/i.js'];
      assert.deepEqual(await listed('node_modules'), dependencies);
    });

    it('keeps to a glob, from the root or from the folder, dot files included', async () => {
      await put('src/a.ts', 'src/b.js', '.github/ci.yml', 'a.ts');
      assert.deepEqual(await listed('.', '*.ts'), ['a.ts', 'src/a.ts']);
      assert.deepEqual(await listed('src', '*.{ts,js}'), ['src/a.ts', 'src/b.js']);
      assert.deepEqual(await listed('.', 'src/*.js'), ['src/b.js']);
      assert.deepEqual(await listed('.', '**/*.yml'), ['.github/ci.yml']);
      await fails(listed('.', '../O/**'), 'path-refused');
      await fails(listed('.', '{a,../O}/**'), 'path-refused');
      await fails(listed('.', '/etc/*'), 'path-refused');
    });

    it('stops at the limit and says that there is more', async () => {
      await put('a', 'b', 'c');
      assert.equal((await files.list('.', { limit: 3 }, never)).more, false);
      const some = await files.list('.', { limit: 2 }, never);
      assert.deepEqual([some.entries.length, some.more], [2, true]);
    });

    it('says so when the folder does not exist', () => fails(listed('nowhere'), 'not-found'));

    it('ends when it is cancelled', async () => {
      const reason = new Error('stop');
      await assert.rejects(files.list('.', { limit: 1 }, AbortSignal.abort(reason)), reason);
    });

    it('passes over a pipe and leaves no handle open', async () => {
      execFileSync('mkfifo', [at('pipe')]);
      await put('a/b', 'c');
      const before = (await readdir('/proc/self/fd')).length;
      assert.deepEqual(await listed(), ['a/b', 'c']);
      await files.list('.', { limit: 1 }, never);
      assert.equal((await readdir('/proc/self/fd')).length, before);
    });
  });

  describe('read', () => {
    it('gives the bytes as they are', async () => {
      const bytes = Buffer.from([0, 255, 13, 10, 0xef, 0xbb, 0xbf]);
      await writeFile(at('x'), bytes);
      assert.deepEqual(Buffer.from(await files.read('x')), bytes);
      await writeFile(at('empty'), '');
      assert.equal((await files.read('empty')).length, 0);
    });

    it('says what is wrong with what is no file', async () => {
      await put('a.txt');
      await mkdir(at('dir'));
      await fails(files.read('missing'), 'not-found', /There is no file "missing"/);
      await fails(files.read('a.txt/b'), 'not-found', /"a\.txt" is a file, not a folder/);
      await fails(files.read('dir'), 'not-a-file', /"dir" is a folder/);
      await fails(files.read('.'), 'not-a-file');
    });

    it('refuses a file of more than 10 MB with its size', async () => {
      await put('big');
      await truncate(at('big'), 12 * 1024 * 1024);
      await fails(files.read('big'), 'bad-input', /"big" is 12\.0 MB, and files over 10 MB/);
    });

    it('does not wait for a pipe', async () => {
      execFileSync('mkfifo', [at('pipe')]);
      await fails(files.read('pipe'), 'path-refused');
    });
  });

  describe('write', () => {
    it('makes missing folders and an ordinary file', async () => {
      await put('a/b/c.txt');
      assert.equal((await lstat(at('a', 'b', 'c.txt'))).mode & 0o777, 0o644);
      assert.deepEqual(await readdir(at('a', 'b')), ['c.txt']);
    });

    it('keeps the mode of a file that it replaces', async () => {
      await put('run.sh');
      await chmod(at('run.sh'), 0o750);
      await files.write('run.sh', Buffer.from('new'));
      assert.equal((await lstat(at('run.sh'))).mode & 0o7777, 0o750);
      assert.equal(await readFile(at('run.sh'), 'utf8'), 'new');
    });

    it('writes to where a link inside leads, and keeps the link', async () => {
      await put('real');
      await symlink('real', at('link'));
      await files.write('link', Buffer.from('new'));
      assert.equal(await readFile(at('real'), 'utf8'), 'new');
      assert.equal(await readlink(at('link')), 'real');
    });

    it('refuses the root, a folder, and a file below a file', async () => {
      await put('dir/x', 'file');
      await fails(files.write('.', Buffer.from('')), 'path-refused', /the workspace folder itself/);
      await fails(files.write('dir', Buffer.from('')), 'not-a-file');
      await fails(
        files.write('file/x', Buffer.from('')),
        'not-found',
        /"file" is a file, not a folder/,
      );
    });

    it('leaves a file with a second name outside as it is', async () => {
      const other = path.join(root, '..', 'outside');
      await writeFile(other, 'kept');
      await link(other, at('h'));
      await fails(files.write('h', Buffer.from('new')), 'path-refused', /hard link/);
      await fails(files.read('h'), 'path-refused', /hard link/);
      assert.equal(await readFile(other, 'utf8'), 'kept');
    });

    it('leaves nothing behind when it fails', async function () {
      if (process.getuid?.() !== 0) this.skip();
      await put('file');
      execFileSync('chattr', ['+i', at('file')]);
      try {
        await fails(files.write('file', Buffer.from('new')), 'storage', /does not permit/);
        assert.deepEqual(await readdir(root), ['file']);
      } finally {
        execFileSync('chattr', ['-i', at('file')]);
      }
    });
  });

  describe('remove', () => {
    it('removes a file, and of a link only the link', async () => {
      await put('file', 'real');
      await symlink('real', at('link'));
      await files.remove('file');
      await files.remove('link');
      assert.deepEqual(await readdir(root), ['real']);
    });

    it('refuses the root, a folder, what is missing, and a link that leads out', async () => {
      await mkdir(at('dir'));
      await symlink('../O', at('out'));
      await fails(files.remove('./'), 'path-refused');
      await fails(files.remove('dir'), 'not-a-file');
      await fails(files.remove('missing'), 'not-found');
      await fails(files.remove('out'), 'path-refused');
      assert.deepEqual(await readdir(root), ['dir', 'out']);
    });
  });

  it('tell whether a file exists', async () => {
    await put('dir/x');
    assert.deepEqual(
      await Promise.all(['dir/x', 'dir', 'y', 'dir/x/y', 'n/m'].map((each) => files.exists(each))),
      [true, true, false, false, false],
    );
    await fails(files.exists('../x'), 'path-refused');
  });
});
