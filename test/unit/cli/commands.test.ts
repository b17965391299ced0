/** Commands on the command line: what each value of --allow-commands runs, asks and refuses. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { sandboxCheck } from '../../../src/node/doctor/sandbox-check.ts';
import { call, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { type CommandLine, openCommandLine, removeCompileCache } from './command-line.ts';

const commanding = (command: string) =>
  scriptOf([{ id: 'add' }], { 'work/add': [...call('run_command', { command }), ...finish] });

describe('Commands on the command line', function () {
  this.timeout(90_000);
  let at: CommandLine;
  let hasSandbox: boolean;
  before(async () => {
    const { state } = await sandboxCheck.run(new AbortController().signal);
    hasSandbox = state === 'works';
  });
  afterEach(() => at.close());
  after(removeCompileCache);

  const run = (...flags: string[]) =>
    at.muster(['run', '--task', 'Do it', '--approve-plan', '--apply', 'all', ...flags, '--json']);
  const text = (name: string) =>
    readFile(path.join(at.workspace, name), 'utf8').catch(() => 'none');

  it('run in the sandbox without asking, where there is one', async () => {
    at = await openCommandLine(commanding('echo hi > b.txt; (echo x > ../out) 2>/dev/null; true'));
    const { code, stderr, lines } = await run('--allow-commands', 'sandboxed');
    const asked = lines().filter((line) => line.type === 'approval:requested' && line.command);
    assert.equal(asked.length, hasSandbox ? 0 : 1);
    assert.equal(code, hasSandbox ? 0 : 3, stderr);
    assert.equal(await text('b.txt'), hasSandbox ? 'hi\n' : 'none');
  });

  it('that install ask in the sandbox as well, with the host', async () => {
    at = await openCommandLine(commanding('npm install left-pad'));
    const { code, stderr, lines } = await run('--allow-commands', 'sandboxed');
    assert.equal(code, 3, stderr);
    const asked = lines().find((line) => line.type === 'approval:requested' && line.command);
    assert.match(JSON.stringify(asked), /"hosts":\["registry\.npmjs\.org"\]/);
  });

  it('are denied by none, and the work goes on without them', async () => {
    at = await openCommandLine(commanding('echo hi > b.txt'));
    const { code, stderr } = await run('--allow-commands', 'none');
    assert.equal(code, 0, stderr);
    assert.equal(await text('b.txt'), 'none');
  });
});
