/** Ceilings on the command line: the run stops with 5, says how to go on, and goes on. */
import assert from 'node:assert/strict';
import { after, afterEach, beforeEach, describe, it } from 'mocha';
import { creates, scriptOf } from '../../support/runs/script-parts.ts';
import { type CommandLine, openCommandLine, removeCompileCache } from './command-line.ts';

describe('A ceiling on the command line', function () {
  this.timeout(90_000);
  let at: CommandLine;
  beforeEach(async () => {
    at = await openCommandLine(scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') }));
  });
  afterEach(() => at.close());
  after(removeCompileCache);

  const run = async (...flags: string[]) => {
    const ended = await at.muster(['run', '--task', 'Do it', '--approve-plan', '--json', ...flags]);
    return { ...ended, runId: ended.lines()[0]?.runId ?? '' };
  };

  it('on dollars exits with 5 before the first request, and resumes under a higher one', async () => {
    const { code, runId, stderr, lines } = await run('--max-usd', '0.001');
    assert.equal(code, 5, stderr);
    assert.equal(at.server.counts.messages, 0);
    assert.match(stderr, new RegExp(`muster resume ${runId} --max-usd \\d+\\.\\d\\d or more`));
    const [start] = lines();
    assert.deepEqual(start?.limits, {
      maxAttempts: 3,
      maxTasks: 50,
      approvalHours: 24,
      maxUsd: 0.001,
    });

    const shown = await at.muster(['show', runId]);
    assert.match(shown.stdout, /ceiling of \$0\.0010 for the run is reached: nothing is spent yet/);
    assert.equal((await at.muster(['resume', runId])).code, 5, 'as long as nothing was raised');
    const low = await at.muster(['resume', runId, '--max-usd', '0.002']);
    assert.equal(low.code, 2);
    assert.match(low.stderr, /too low to go on/);
    assert.equal(at.server.counts.messages, 0);

    const again = await at.muster([
      'resume',
      runId,
      '--max-usd',
      '20',
      '--approve-plan',
      '--apply',
      'all',
      '--json',
    ]);
    assert.equal(again.code, 0, again.stderr);
    const decided = again.lines().find((line) => line.type === 'approval:decided');
    assert.deepEqual(decided?.decision, { decision: 'raise', limit: 20 });
    const complete = again.lines().find((line) => line.type === 'workflow:complete');
    const totals = complete?.totals as Record<string, number>;
    assert.ok((totals.costUsd ?? 0) > 0 && (totals.workMs ?? 0) > 0 && (totals.speedUp ?? 0) > 0);
    assert.match((await at.muster(['show', runId])).stdout, /cost: \$\d+\.\d\d, by list prices of/);
  });

  it('on tokens ends with 5 when it is denied, and begins anew from there when it is set for the run', async () => {
    const { code, runId, stderr } = await run('--max-tokens', '1000');
    assert.equal(code, 5, stderr);
    const denied = await at.muster(['deny', runId, 'budget/1']);
    assert.equal(denied.code, 5, denied.stderr);
    assert.match(denied.stdout, /: failed\n.*You chose to stop there/);
    const again = await at.muster(['resume', runId, '--max-tokens', 'none', '--approve-plan']);
    assert.equal(again.code, 3, again.stderr);
    assert.match(again.stdout, /: reviewing\n/);
  });

  it('is answered by its id, too, in its own unit', async () => {
    const { runId } = await run('--max-tokens', '1000');
    const wrong = await at.muster(['allow', runId, 'budget/1']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /muster allow needs --max-tokens here/);
    const right = await at.muster([
      'allow',
      runId,
      'budget/1',
      '--max-tokens',
      '9000000',
      '--approve-plan',
    ]);
    assert.equal(right.code, 3, right.stderr);
  });
});
