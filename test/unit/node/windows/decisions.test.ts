/** Two windows on one run: the first decision counts, and who executes the run carries it out. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { RunDriver } from '../../../../src/engine/run/run-driver.ts';
import { openDatabase } from '../../../../src/node/database/open-database.ts';
import type { RunHost } from '../../../../src/node/run-host.ts';
import { systemClock } from '../../../../src/node/system-clock.ts';
import { fileDecision } from '../../../../src/shared/changes.ts';
import type { Decision } from '../../../../src/shared/decision.ts';
import { TaskId } from '../../../../src/shared/ids.ts';
import type { Instruction } from '../../../../src/shared/instruction.ts';
import { openApprovals, type RunState } from '../../../../src/shared/run-state.ts';
import { call, creates, finish, scriptOf } from '../../../support/runs/script-parts.ts';
import { openStage, type Stage } from '../../../support/runs/scripted-run.ts';

const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
const commanding = scriptOf([{ id: 'add' }], {
  'work/add': [...call('run_command', { command: 'echo hi > b.txt' }), ...finish],
});

describe('two windows on one run', function () {
  this.timeout(30_000);
  let stage: Stage;
  let other: RunHost;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
    other = (await stage.another()).host;
  });
  afterEach(() => stage.close());

  const waiting = async (of = script): Promise<RunDriver> => {
    const driver = await stage.host.start('Do it', stage.provider(of));
    driver.start();
    await driver.idle();
    return driver;
  };
  const tell = (host: RunHost, runId: RunState['runId'], by: string, ...what: Instruction[]) =>
    host.instruct(runId, what, { by, provider: async () => stage.provider(script) });
  const decision = (state: RunState, how: Decision['decision'] = 'approve'): Instruction => {
    const [open] = openApprovals(state);
    assert.ok(open);
    const { approvalId, hash = '' } = open;
    const made = how === 'approve' ? { decision: how, hash } : { decision: how };
    return { do: 'decide', approvalId, decision: made as Decision };
  };
  const until = async (driver: RunDriver, status: RunState['status']) => {
    while (driver.state.status !== status) {
      await driver.idle((state) => state.status === status);
      // Else this would go on forever.
      assert.ok(driver.state.status === status || !driver.isAtRest, driver.state.status);
    }
    return driver.state;
  };

  it('take a decision from the one that does not execute it', async () => {
    const driver = await waiting();
    const taken = await tell(other, driver.state.runId, 'the other', decision(driver.state));
    assert.equal(taken, undefined);
    assert.equal(driver.state.approvals[0]?.decided?.by, 'the other');
    await until(driver, 'reviewing');
  });

  it('that decide at once count the first, and tell the other by whom', async () => {
    const driver = await waiting();
    const { runId } = driver.state;
    const told = await Promise.allSettled([
      tell(stage.host, runId, 'one', decision(driver.state)),
      tell(other, runId, 'two', decision(driver.state, 'reject')),
    ]);
    const refused = told.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    assert.equal(refused.length, 1);
    const by = driver.state.approvals[0]?.decided?.by;
    assert.deepEqual(
      [refused[0].code, refused[0].userMessage],
      ['wrong-decision', `This was decided already, by ${by}. The first decision counts.`],
    );
  });

  it('refuse a decision on a plan that is no longer shown, from wherever it comes', async () => {
    const driver = await waiting();
    const [open] = openApprovals(driver.state);
    assert.ok(open);
    const stale: Instruction = {
      do: 'decide',
      approvalId: open.approvalId,
      decision: { decision: 'approve', hash: '0'.repeat(64) },
    };
    await assert.rejects(tell(other, driver.state.runId, 'o', stale), /is not what is shown now/);
    await tell(other, driver.state.runId, 'o', decision(driver.state));
    await until(driver, 'reviewing');
  });

  it('allow a command from the other window', async () => {
    const driver = await waiting(commanding);
    await tell(other, driver.state.runId, 'o', decision(driver.state));
    while (openApprovals(driver.state).length === 0) {
      await driver.idle((state) => openApprovals(state).length > 0);
    }
    await tell(other, driver.state.runId, 'o', decision(driver.state, 'allow-once'));
    assert.equal((await until(driver, 'reviewing')).tasks[0]?.status, 'done');
  });

  it('review and apply from the other window, pause, go on and cancel', async () => {
    const driver = await waiting();
    const { runId } = driver.state;
    await tell(other, runId, 'o', { do: 'pause' });
    assert.equal((await until(driver, 'paused')).paused, true);
    await tell(other, runId, 'o', { do: 'continue' });
    await until(driver, 'awaiting-approval');
    await tell(other, runId, 'o', decision(driver.state));
    await until(driver, 'reviewing');
    const add = { do: 'skip-task', taskId: TaskId.parse('add') } as const;
    await assert.rejects(tell(other, runId, 'o', add), /is done; only a task that is/);
    await tell(
      other,
      runId,
      'o',
      { do: 'decide-change', path: 'b.txt', decision: 'accepted' },
      { do: 'apply' },
    );
    assert.equal((await until(driver, 'completed')).outcome, 'applied');
    assert.equal((await stage.files())['b.txt'], 'b\n');
    const second = await waiting();
    await tell(other, second.state.runId, 'o', { do: 'cancel' });
    assert.equal((await until(second, 'cancelled')).cancelled, true);
  });

  it('take up what was recorded before its owner ended, first of all', async () => {
    const driver = await waiting();
    const { runId } = driver.state;
    const approve = decision(driver.state);
    const database = await openDatabase(stage.host.stateFolder, { clock: systemClock });
    await stage.host.release(runId);
    const at = new Date().toISOString();
    await database.instruct(runId, [{ instruction: approve, by: 'the dead', at }]);
    await database.close();
    await assert.rejects(
      tell(other, runId, 'late', decision(driver.state, 'reject')),
      /decided already, by the dead/,
    );
    const next = await other.resume(runId, stage.provider(script));
    assert.equal(next.state.approvals[0]?.decided?.by, 'the dead');
    next.start();
    await until(next, 'reviewing');
  });

  it('go on in the one that decides when the other has let go of the run', async () => {
    const driver = await waiting();
    const { runId } = driver.state;
    await stage.host.rest(runId);
    assert.equal(stage.host.driver(runId), undefined);
    assert.deepEqual(await stage.host.leaseOf(runId), { is: 'free' });
    const taken = await tell(other, runId, 'o', decision(driver.state));
    assert.ok(taken);
    taken.start();
    await until(taken, 'reviewing');
    await taken.idle();
    await other.rest(runId);
    const back = await tell(stage.host, runId, 'me', {
      do: 'decide-change',
      path: 'b.txt',
      decision: 'accepted',
    });
    const [file] = back?.state.changes?.files ?? [];
    assert.equal(file && fileDecision(file), 'accepted');
    const types = (await stage.host.events(runId)).map((event) => event.type);
    // Of the window that had not had it; taking up one's own is no news.
    assert.equal(types.filter((type) => type === 'workflow:resume').length, 1);
  });
});
