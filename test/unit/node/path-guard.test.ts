/** The path guard on a real disk: each rule with a case that it alone refuses, and paths exchanged in the middle. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import { openFolder } from '../../../src/node/anchored-folder.ts';
import { readInFolder, removeInFolder, replaceFile } from '../../../src/node/guarded-file.ts';
import type { LocateOptions, PathGuard } from '../../../src/node/path-guard.ts';
import { createPathGuard } from '../../../src/node/path-guard.ts';
import { PathRefusal } from '../../../src/node/path-refusal.ts';
import type { PathRule } from '../../../src/node/path-rules.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

type Case = { given: string; setUp?: () => Promise<unknown>; options?: LocateOptions };

describe('The path guard', () => {
  const temporaryFolder = temporaryFolders();
  let base: string;
  let root: string;
  let outside: string;
  let guard: PathGuard;
  const at = (...names: string[]): string => path.join(root, ...names);

  beforeEach(async () => {
    base = await temporaryFolder();
    [root, outside] = [path.join(base, 'W'), path.join(base, 'O')];
    await mkdir(root);
    await mkdir(outside);
    await writeFile(path.join(outside, 'secret'), 'secret');
    guard = createPathGuard(root);
  });

  async function ruleFor({ given, setUp, options }: Case): Promise<PathRule | undefined> {
    await setUp?.();
    try {
      await guard.locate(given, options);
      return undefined;
    } catch (error) {
      if (error instanceof PathRefusal) return error.rule;
      throw error;
    }
  }

  // Whole-file operations have the rules `root` and `changed-meanwhile`; Windows has `wildcard`.
  const cases: Record<Exclude<PathRule, 'root' | 'changed-meanwhile' | 'wildcard'>, Case[]> = {
    malformed: [{ given: 'a\0b' }],
    'git-folder': [{ given: 'sub/.git/config' }, { given: '.GIT' }],
    'control-character': [{ given: 'a\tb' }],
    backslash: [{ given: 'a\\b' }],
    stream: [{ given: 'a.txt:x' }],
    'reserved-name': [{ given: 'docs/nul.md' }],
    'short-name': [{ given: 'PROGRA~1/x' }],
    'trailing-dot-or-space': [{ given: 'src./x' }],
    'too-long': [{ given: 'x'.repeat(300) }],
    absolute: [{ given: '/etc/passwd' }],
    outside: [
      { given: '../O/x' },
      { given: '..' },
      { given: 'sub/../../O/x', setUp: () => mkdir(at('sub')) },
      { given: 'sub/../../W/sub/x', setUp: () => mkdir(at('sub'), { recursive: true }) },
    ],
    'link-outside': [
      { given: 'a', setUp: () => symlink('../O/secret', at('a')) },
      { given: 'b', setUp: () => symlink('../O/missing', at('b')) },
      { given: 'c/secret', setUp: () => symlink(outside, at('c')) },
      { given: 'd', setUp: () => symlink('c/secret', at('d')) },
      { given: 'e', setUp: () => symlink('/etc/passwd', at('e')) },
      { given: 'f', setUp: () => symlink('..', at('f')) },
      {
        given: 'g',
        setUp: () => symlink('../O/secret', at('g')),
        options: { keepLastLink: 'inside' },
      },
    ],
    'through-link': [
      {
        given: 'l/x',
        setUp: async () => {
          await mkdir(at('real'));
          await symlink('real', at('l'));
        },
        options: { noLinks: true },
      },
    ],
    'link-loop': [
      {
        given: 'one',
        setUp: async () => {
          await symlink('two', at('one'));
          await symlink('one', at('two'));
        },
      },
    ],
    'special-file': [
      { given: 'pipe', setUp: async () => execFileSync('mkfifo', [at('pipe')]) },
      { given: 'null', setUp: async () => execFileSync('mknod', [at('null'), 'c', '1', '3']) },
    ],
    'hard-link': [{ given: 'h', setUp: () => link(path.join(outside, 'secret'), at('h')) }],
  };

  for (const [rule, those] of Object.entries(cases)) {
    it(`refuses by the rule ${rule}, and by no other, ${those.map(({ given }) => JSON.stringify(given.slice(0, 20))).join(', ')}`, async function () {
      if (rule === 'special-file' && process.getuid?.() !== 0) this.skip();
      for (const each of those) assert.equal(await ruleFor(each), rule, each.given);
    });
  }

  it('refuses a socket', async () => {
    const server = createServer().listen(at('s'));
    await once(server, 'listening');
    assert.equal(await ruleFor({ given: 's' }), 'special-file');
    server.close();
    await once(server, 'close');
  });

  it('applies the rules on names to where a link leads', async () => {
    await mkdir(at('.git'));
    await writeFile(at('.git', 'config'), '');
    assert.equal(
      await ruleFor({ given: 'x', setUp: () => symlink('.git/config', at('x')) }),
      'git-folder',
    );
  });

  it('follows links that stay inside, chained, absolute or to nothing yet', async () => {
    await mkdir(at('real'));
    await writeFile(at('real', 'file'), 'x');
    await symlink('real', at('folder'));
    await symlink('folder/file', at('chained'));
    await symlink(at('real', 'file'), at('absolute'));
    await symlink(at('real', 'file'), at('real', 'absolute'));
    await symlink('real/later', at('dangling'));
    await symlink('../real/../real/file', at('real', 'up'));
    const places = await Promise.all(
      [
        'folder/file',
        'chained',
        'absolute',
        'dangling',
        'real/up',
        'real/absolute',
        'folder/../real/file',
      ].map(async (given) => (await guard.locate(given)).path),
    );
    const file = 'real/file';
    assert.deepEqual(places, [file, file, file, 'real/later', file, file, file]);
  });

  it('finds nothing behind a folder that does not exist, whatever leads up again', async () => {
    const isNotFound = { code: 'not-found' };
    await assert.rejects(guard.locate('missing/../x'), isNotFound);
    await assert.rejects(createPathGuard(at('missing')).locate('x'), isNotFound);
  });

  it('takes a root that is opened through a link, by either of its names', async () => {
    await symlink(root, path.join(base, 'rootlink'));
    const linked = createPathGuard(path.join(base, 'rootlink'));
    for (const given of ['x', path.join(base, 'rootlink', 'x'), at('x')]) {
      assert.equal((await linked.locate(given)).absolute, at('x'));
    }
  });

  it('says the path, the rule and the way out, with nothing hidden in it', async () => {
    await assert.rejects(guard.locate('../O/\u202egnp.sh'), (error: PathRefusal) => {
      assert.equal(error.code, 'path-refused');
      assert.match(error.userMessage, /"\.\.\/O\/\\u\{202e\}gnp\.sh" is refused: it leads out of/);
      assert.match(
        error.userMessage,
        /Paths are relative to the workspace folder, e\.g\. src\/index\.ts\./,
      );
      return true;
    });
  });

  describe('when what stands there is exchanged between the check and the use', () => {
    const write = Buffer.from('written');

    beforeEach(async () => {
      await mkdir(at('sub'));
      await writeFile(at('sub', 'x'), 'x');
    });

    async function refusedAsChanged(work: Promise<unknown>): Promise<void> {
      await assert.rejects(
        work,
        (error) => error instanceof PathRefusal && error.rule === 'changed-meanwhile',
      );
      assert.deepEqual(await readdir(outside), ['secret']);
      assert.equal(await readFile(path.join(outside, 'secret'), 'utf8'), 'secret');
    }

    async function exchangeFolder(): Promise<void> {
      await rename(at('sub'), at('old'));
      await symlink('../O', at('sub'));
    }

    it('does not write through a folder that became a link', async () => {
      const place = await guard.locate('sub/secret');
      await exchangeFolder();
      await refusedAsChanged(replaceFile(place, write));
    });

    it('does not remove through a folder that became a link', async () => {
      await writeFile(at('sub', 'secret'), 'x');
      const place = await guard.locate('sub/secret');
      await exchangeFolder();
      await refusedAsChanged(removeInFolder(place));
    });

    it('does not write through a folder above that became a link', async () => {
      await mkdir(at('sub', 'deep'));
      await mkdir(path.join(outside, 'deep'));
      const place = await guard.locate('sub/deep/new');
      await exchangeFolder();
      await assert.rejects(replaceFile(place, write), PathRefusal);
      assert.deepEqual(await readdir(path.join(outside, 'deep')), []);
    });

    it('does not write through a file that became a link', async () => {
      const place = await guard.locate('sub/x');
      await rm(at('sub', 'x'));
      await symlink('../../O/secret', at('sub', 'x'));
      await refusedAsChanged(replaceFile(place, write));
      assert.deepEqual(await readdir(at('sub')), ['x'], 'the temporary file is gone');
    });

    it('does not read what became a link or a pipe', async () => {
      const folder = await openFolder(at('sub'), 'sub');
      try {
        await rm(at('sub', 'x'));
        await symlink('../../O/secret', at('sub', 'x'));
        await assert.rejects(readInFolder(folder, 'x', { given: 'x', maxBytes: 10 }));
        await rm(at('sub', 'x'));
        execFileSync('mkfifo', [at('sub', 'x')]);
        await assert.rejects(readInFolder(folder, 'x', { given: 'x', maxBytes: 10 }), PathRefusal);
      } finally {
        await folder.close();
      }
    });

    it('notices that an opened folder was moved away', async () => {
      const folder = await openFolder(at('sub'), 'sub');
      try {
        await exchangeFolder();
        await refusedAsChanged(folder.confirm());
      } finally {
        await folder.close();
      }
    });

    it('holds against a process that keeps exchanging the folder', async () => {
      await symlink('../O', at('evil'));
      const swap =
        'while :; do mv -T sub keep && mv -T evil sub; mv -T sub evil && mv -T keep sub; done';
      const swapper = spawn('/bin/sh', ['-c', swap], {
        cwd: root,
        stdio: 'ignore',
        detached: true,
      });
      const ended = once(swapper, 'exit');
      let [written, refused] = [0, 0];
      try {
        for (let round = 0; round < 400; round += 1) {
          try {
            await replaceFile(await guard.locate('sub/secret'), write);
            written += 1;
          } catch {
            refused += 1;
          }
        }
      } finally {
        if (swapper.pid !== undefined) process.kill(-swapper.pid, 'SIGKILL');
        await ended;
      }
      assert.equal(await readFile(path.join(outside, 'secret'), 'utf8'), 'secret');
      assert.deepEqual(await readdir(outside), ['secret']);
      assert.ok(refused > 0, `the exchange never met a write (${written} written)`);
    });
  });
});
