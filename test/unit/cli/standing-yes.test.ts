/** A standing yes on the command line: given for what begins so, shown, and taken back. */
import assert from 'node:assert/strict';
import { after, afterEach, describe, it } from 'mocha';
import { parseArguments } from '../../../src/cli/arguments.ts';
import { call, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { type CommandLine, openCommandLine, removeCompileCache } from './command-line.ts';

describe('A standing yes on the command line', function () {
  this.timeout(120_000);
  let at: CommandLine;
  afterEach(() => at?.close());
  after(removeCompileCache);

  it('covers what begins so, is shown, and is taken back by deny', async () => {
    const commands = ['make all', 'make all FAST=1', 'make clean', 'make all'];
    const run = (command: string) => call('run_command', { command });
    at = await openCommandLine(
      scriptOf([{ id: 'a' }], { 'work/a': [...commands.flatMap(run), ...finish] }),
    );
    const muster = async (...args: string[]) => at.muster(args);
    const first = await at.muster(['run', '--task', 'Do it', '--approve-plan', '--json']);
    assert.equal(first.code, 3, first.stderr);
    const { runId } = first.lines()[0] ?? { runId: '' };
    const asked = (lines: ReturnType<typeof first.lines>) =>
      lines.findLast((line) => line.type === 'approval:requested' && line.command);
    const grant = String(asked(first.lines())?.approvalId);

    const second = await at.muster(['allow', runId, grant, '--for-run', '--json']);
    const next = asked(second.lines());
    assert.equal(next?.command, 'make clean', 'what the yes covers does not ask');
    const shown = await muster('show', runId);
    assert.match(shown.stdout, /Allowed for this run by .*: commands that begin with "make all"/);
    assert.ok(shown.stdout.includes(`muster deny ${runId} '${grant}'`));

    await muster('deny', runId, grant);
    assert.doesNotMatch((await muster('show', runId)).stdout, /Allowed for this run/);
    const last = await at.muster(['deny', runId, String(next?.approvalId), '--json']);
    assert.equal(asked(last.lines())?.command, 'make all');
  });

  it('is given by allow alone', () => {
    assert.equal(parseArguments(['allow', 'r', 'q', '--for-run']).flags.forRun, true);
    assert.throws(() => parseArguments(['deny', 'r', 'q', '--for-run']), { code: 'bad-input' });
  });
});
