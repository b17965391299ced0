/** The sample workspace: its files, its history, and what making one leaves alone. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { createSample } from '../../../../src/node/demo/create-sample.ts';
import { sampleHistory } from '../../../../src/node/demo/sample-history.ts';
import { isSampleWorkspace } from '../../../../src/node/demo/sample-workspace.ts';
import { type ErrorCode, MusterError } from '../../../../src/shared/muster-error.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { filesOf, run, sampleFolder } from './sample-folder.ts';

describe('The sample workspace', () => {
  const temporaryFolder = temporaryFolders();
  const environment = { ...process.env };

  afterEach(() => {
    process.env = { ...environment };
  });

  async function newSample(): Promise<string> {
    return createSample(path.join(await temporaryFolder(), 'tabkeeper'), sampleFolder);
  }

  function git(folder: string, ...args: string[]): string {
    return execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  }

  async function fails(work: Promise<unknown>, code: ErrorCode, words: RegExp): Promise<void> {
    await assert.rejects(work, (error) => {
      assert.ok(error instanceof MusterError, String(error));
      assert.equal(error.code, code);
      assert.match(error.userMessage, words);
      return true;
    });
  }

  it('holds the bundled files, each committed once', async () => {
    const files = await filesOf(sampleFolder);
    assert.deepEqual(sampleHistory.flatMap((each) => each.files).sort(), Object.keys(files).sort());
    const folder = await newSample();
    assert.deepEqual(await filesOf(folder), files);
    assert.equal(git(folder, 'status', '--porcelain', '--ignored'), '');
  });

  it('is small', async () => {
    const texts = Object.values(await filesOf(sampleFolder));
    assert.ok(Buffer.byteLength(texts.join('')) < 30_000);
  });

  it('begins with tests that fail', async () => {
    const { ok, output } = await run(sampleFolder, 'node --test');
    assert.equal(ok, false);
    assert.match(output, /ERR_MODULE_NOT_FOUND/);
    assert.match(output, /pass 10\b/);
    assert.match(output, /fail 6\b/);
  });

  it('has a history of its own, the same everywhere', async () => {
    const [one, other] = [await newSample(), await newSample()];
    assert.equal(git(one, 'rev-parse', 'main'), git(other, 'rev-parse', 'main'));
    const authors = git(one, 'log', '--format=%an <%ae> %cn <%ce>').split('\n');
    assert.equal(authors.length, sampleHistory.length);
    const author = 'Sample Author <sample@example.com>';
    assert.deepEqual([...new Set(authors)], [`${author} ${author}`]);
    const subjects = git(one, 'log', '--reverse', '--format=%s').split('\n');
    assert.deepEqual(
      subjects,
      sampleHistory.map((each) => each.message),
    );
  });

  it("reads nothing of the person's git configuration", async () => {
    const home = await temporaryFolder();
    const hooks = path.join(home, 'hooks');
    await mkdir(hooks);
    await writeFile(path.join(hooks, 'pre-commit'), '#!/bin/sh\ntouch "$0.ran"\n', { mode: 0o755 });
    const settings = [
      '[user]\nname = Somebody Else',
      `[core]\nhooksPath = ${hooks}\nautocrlf = true`,
      '[commit]\ngpgSign = true',
      '[init]\ndefaultBranch = trunk',
    ];
    await writeFile(path.join(home, '.gitconfig'), settings.join('\n'));
    process.env.HOME = home;
    process.env.GIT_CONFIG_GLOBAL = path.join(home, '.gitconfig');
    process.env.GIT_DIR = path.join(home, 'elsewhere');
    const folder = await newSample();
    process.env = { ...environment };
    assert.equal(git(folder, 'log', '-1', '--format=%an'), 'Sample Author');
    assert.equal(git(folder, 'branch', '--show-current'), 'main');
    assert.deepEqual(await readdir(hooks), ['pre-commit']);
    await assert.rejects(access(path.join(home, 'elsewhere')));
  });

  it('is not made in a folder that holds something', async () => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'mine.txt'), 'mine');
    await fails(createSample(folder, sampleFolder), 'bad-input', /is not empty/);
    assert.deepEqual(await readdir(folder), ['mine.txt']);
  });

  it('says so when the bundled files are missing', async () => {
    const folder = await temporaryFolder();
    const made = createSample(path.join(folder, 'new'), path.join(folder, 'nowhere'));
    await fails(made, 'staging', /could not be made/);
  });

  it('is not made once it was cancelled', async () => {
    const folder = path.join(await temporaryFolder(), 'new');
    const reason = new Error('stop');
    await assert.rejects(createSample(folder, sampleFolder, AbortSignal.abort(reason)), reason);
    await assert.rejects(access(folder));
  });

  it('is recognised by its name, and nothing else is', async () => {
    assert.equal(await isSampleWorkspace(sampleFolder), true);
    assert.equal(await isSampleWorkspace(await newSample()), true);
    const folder = await temporaryFolder();
    assert.equal(await isSampleWorkspace(folder), false);
    for (const text of ['{ "name": "tabkeeper" }', '[]', 'no json']) {
      await writeFile(path.join(folder, 'package.json'), text);
      assert.equal(await isSampleWorkspace(folder), false);
    }
  });
});
