/** The project's own history, played through the run, the review, apply and revert. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { replay } from '../../support/replay/replay.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

const project = path.resolve(import.meta.dirname, '../../..');

/** Newest first; a shallow checkout has few, and an unpacked archive none. */
function commits(): string[] {
  try {
    const args = ['-C', project, 'rev-list', '--first-parent', '--max-count=40', 'HEAD'];
    return execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
      .split('\n')
      .filter(Boolean);
  } catch {
    return [];
  }
}

/** What merges bring at once takes minutes. */
function isOfUsualSize(from: string, to: string): boolean {
  const args = ['-C', project, 'diff', '--name-only', from, to];
  const files = execFileSync('git', args, { encoding: 'utf8' }).split('\n').length - 1;
  return files > 0 && files <= 25;
}

describe('The difference of two revisions', function () {
  this.timeout(180_000);
  const temporaryFolder = temporaryFolders();

  const known = commits();
  const [newest, another] = known
    .slice(0, -1)
    .map((to, index): [string, string] => [known[index + 1] ?? '', to])
    .filter(([from, to]) => isOfUsualSize(from, to));
  const history = [...(newest ? [newest] : []), ...(another ? [[another[1], another[0]]] : [])];
  const onlyOne: Array<[string, string]> = known[0] === undefined ? [] : [['empty', known[0]]];
  const pairs = history.length > 0 ? history : onlyOne;
  for (const [from = '', to = ''] of pairs) {
    it(`of this project comes out to the byte: ${from.slice(0, 7)} to ${to.slice(0, 7)}`, async () => {
      const report = await replay(project, { from, to });
      assert.deepEqual(report.problems, []);
      assert.ok(report.tasks > 0);
    });
  }

  it('comes out to the byte and the mode for what is no plain text', async () => {
    const folder = await temporaryFolder();
    const at = (name: string) => path.join(folder, name);
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'ignore'],
        encoding: 'utf8',
      });
    git('init', '-q');
    await mkdir(at('sub'));
    await writeFile(at('crlf.txt'), 'a\r\nb\nc\r\nlast');
    await writeFile(at('latin.txt'), Buffer.from('\xe4\n1\n2\n', 'latin1'));
    await writeFile(at('wide.txt'), Buffer.from('\ufeffa\nb\n', 'utf16le'));
    await writeFile(at('picture'), Buffer.from([0, 1, 2, 255]));
    await writeFile(at('sub/run'), '#!/bin/sh\n');
    await writeFile(at('empty'), '');
    await writeFile(at('turns'), 'was a file\n');
    await writeFile(at('build.log'), 'ignored and tracked\n');
    await writeFile(at('.gitignore'), '*.log\n');
    await symlink('crlf.txt', at('link'));
    git('add', '-A', '-f');
    git('commit', '-q', '-m', 'One');
    await writeFile(at('crlf.txt'), '\ufeffa\r\nB\nc\r\nlast\r\nmore');
    await writeFile(at('latin.txt'), Buffer.from('\xe4\n1\n\xf6\n', 'latin1'));
    await writeFile(at('wide.txt'), Buffer.from('\ufeffa\nB\n', 'utf16le'));
    await writeFile(at('picture'), Buffer.from([0, 1, 2, 254]));
    await chmod(at('sub/run'), 0o755);
    await writeFile(at('empty'), 'full\n');
    await rm(at('turns'));
    await mkdir(at('turns'));
    await writeFile(at('turns/inner'), 'in a folder\n');
    await writeFile(at('build.log'), 'changed\n');
    await rm(at('link'));
    await symlink('sub/run', at('link'));
    await rename(at('sub/run'), at('sub/moved'));
    await symlink('nowhere', at('dangling'));
    git('add', '-A', '-f');
    git('commit', '-q', '-m', 'Two');
    for (const [from, to] of [
      ['HEAD~', 'HEAD'],
      ['HEAD', 'HEAD~'],
      ['empty', 'HEAD~'],
    ] as const) {
      const report = await replay(folder, { from, to });
      assert.deepEqual(report.problems, [], `${from} to ${to}`);
      assert.deepEqual(report.leftOut, []);
    }
  });
});
