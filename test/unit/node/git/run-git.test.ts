/** git is found or asked for, gets a clean environment, and ends when it is no longer wanted. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { describe, it } from 'mocha';
import { personEnvironment, shadowEnvironment } from '../../../../src/node/git/git-environment.ts';
import { gitTooOld, isRecentEnough, requireGit } from '../../../../src/node/git/git-version.ts';
import { splitNames } from '../../../../src/node/git/null-separated.ts';
import { unreadableFolders } from '../../../../src/node/git/person-git.ts';
import { runGit } from '../../../../src/node/git/run-git.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';

describe('git', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();

  it('is asked for when there is none', async () => {
    const empty = await makeFolder();
    const before = process.env.PATH;
    process.env.PATH = empty;
    try {
      await assert.rejects(requireGit(), { code: 'git-missing', message: /Install git 2\.38/ });
      const call = { args: ['version'], cwd: empty, environment: shadowEnvironment() };
      await assert.rejects(runGit(call), { code: 'git-missing' });
    } finally {
      process.env.PATH = before;
    }
    await requireGit();
  });

  it('is asked for when it is too old', () => {
    const versions = [
      [2, 37],
      [2, 38],
      [2, 39],
      [3, 0],
      [1, 99],
    ] as const;
    const enough = versions.map(([major, minor]) => isRecentEnough({ major, minor }));
    assert.deepEqual(enough, [false, true, true, true, false]);
    assert.match(gitTooOld('2.30').userMessage, /this machine has 2\.30.*Update git/);
  });

  it('is ended when it is aborted', async () => {
    const folder = await makeFolder();
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    const controller = new AbortController();
    // Reading a pipe that nobody writes to takes for ever.
    const waiting = runGit({
      args: ['hash-object', '--no-filters', 'pipe'],
      cwd: folder,
      environment: shadowEnvironment(),
      signal: controller.signal,
    });
    const reason = new Error('cancelled by the person');
    setImmediate(() => controller.abort(reason));
    await assert.rejects(waiting, reason);
  });

  it('says what failed, and that nothing of the person was touched', async () => {
    const call = {
      args: ['--git-dir=/nowhere', 'write-tree'],
      cwd: await makeFolder(),
      environment: shadowEnvironment(),
    };
    await assert.rejects(runGit(call), {
      code: 'staging',
      message: /^git write-tree failed .*not a git repository.*not touched/,
    });
  });

  it('inherits no variable that steers git', () => {
    const steering = { GIT_DIR: '/x', git_index_file: '/y', PAGER: 'less', EDITOR: 'vi' };
    Object.assign(process.env, steering);
    try {
      for (const environment of [shadowEnvironment(), personEnvironment()]) {
        for (const name of Object.keys(steering)) assert.ok(!(name in environment), name);
        assert.equal(environment.GIT_OPTIONAL_LOCKS, '0');
        assert.equal(environment.PATH, process.env.PATH);
      }
    } finally {
      for (const name of Object.keys(steering)) delete process.env[name];
    }
  });

  it('gives names as bytes, of which those that are no text are told apart', () => {
    const bytes = Buffer.from('a b\0caf\u00e9\nx\0', 'utf8');
    const latin1 = Buffer.from('caf\u00e9\0', 'latin1');
    assert.deepEqual(splitNames(Buffer.concat([bytes, latin1])), {
      names: ['a b', 'caf\u00e9\nx'],
      undecodable: ['caf\uFFFD'],
    });
    assert.deepEqual(splitNames(Buffer.alloc(0)), { names: [], undecodable: [] });
  });

  it('warns of folders that it could not read', () => {
    const stderr = "warning: could not open directory 'a/b/': Permission denied\nwarning: other\n";
    const reason = 'could not be read (Permission denied)';
    assert.deepEqual(unreadableFolders(stderr), [{ path: 'a/b/', reason }]);
  });
});
