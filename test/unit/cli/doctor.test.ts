/** `muster doctor` says of each part whether it works, and fails when one does not. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { describe, it } from 'mocha';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { doctor } from '../../../src/cli/doctor.ts';
import { exitCodes } from '../../../src/cli/exit-codes.ts';
import { temporaryFolders } from '../../support/temporary-folder.ts';

describe('muster doctor', function () {
  this.timeout(20_000);
  const makeFolder = temporaryFolders();

  async function look(workspace: string, ...flags: string[]) {
    const state = await makeFolder();
    const args = ['doctor', '--workspace', workspace, '--state', state, ...flags];
    const said: unknown[] = [];
    const say = (line: unknown) => void said.push(line);
    const printer = { say, json: say, note: say, events: () => {} };
    const code = await doctor(parseArguments(args).flags, printer);
    return { code, said, state };
  }

  it('names git with its version, and the state folder with what it holds', async () => {
    const { code, said, state } = await look(await makeFolder());
    assert.equal(code, exitCodes.done);
    assert.match(said.join('\n'), /^git: works\n {2}git version \d/);
    assert.ok(said.join('\n').includes(`storage: works\n  State of this workspace: ${state}`));
  });

  it('names the ripgrep that is used, and whether commands have a sandbox', async () => {
    const { said } = await look(await makeFolder());
    assert.match(said.join('\n'), /\nsearch: works\n {2}ripgrep, installed beside Muster: \S+rg/);
    const words =
      /\nsandbox: (?:works\n {2}Commands run in a sandbox|works, with limits\n {2}Commands run without)/;
    assert.match(said.join('\n'), words);
  });

  it('says what is missing for a sandbox and goes on', async () => {
    const before = process.env.PATH;
    const git = path.join(await makeFolder(), 'git');
    await symlink(execFileSync('which', ['git'], { encoding: 'utf8' }).trim(), git);
    process.env.PATH = path.dirname(git);
    try {
      const { code, said } = await look(await makeFolder());
      assert.equal(code, exitCodes.done);
      assert.match(
        said.join('\n'),
        /sandbox: works, with limits\n {2}.*every one asks: .*\n {2}\S+/,
      );
    } finally {
      process.env.PATH = before;
    }
  });

  it('gives each check as an object where a program asks', async () => {
    const { said } = await look(await makeFolder(), '--json');
    assert.deepEqual(
      said.map((each) => (typeof each === 'object' ? Object.keys(each ?? {}) : each)),
      ['git', 'search', 'sandbox', 'storage'].map(() => ['check', 'state', 'lines']),
    );
  });

  it('fails without git, with what to install', async () => {
    const before = process.env.PATH;
    process.env.PATH = await makeFolder();
    try {
      const { code, said } = await look(await makeFolder());
      assert.equal(code, exitCodes.failed);
      assert.match(said.join('\n'), /git: does not work\n.*Install git 2\.38/);
    } finally {
      process.env.PATH = before;
    }
  });

  it('fails in a folder that cannot be a workspace', async () => {
    const { code, said } = await look('/');
    assert.equal(code, exitCodes.failed);
    assert.match(said.join('\n'), /storage: does not work\n.*root of a file system/);
  });
});
