/** A question to the person does not stand for ever. */
import assert from 'node:assert/strict';
import type { RunState } from '../../../src/shared/run-state.ts';
import { call, creates, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, type Stage } from '../../support/runs/scripted-run.ts';
import { type HeldTime, heldTime } from '../../support/time/held-time.ts';

const hour = 3_600_000;

describe('the deadline of a question', () => {
  let stage: Stage;
  let time: HeldTime;
  beforeEach(async () => {
    time = heldTime();
    stage = await openStage({ files: { 'a.txt': 'one\n' }, time });
  });
  afterEach(() => stage.close());

  const waiting = async (work = creates('b.txt', 'b\n')) => {
    const script = scriptOf([{ id: 'add' }], { 'work/add': work });
    const driver = await stage.host.start('Do it', stage.provider(script));
    driver.start();
    await driver.idle();
    return driver;
  };
  const until = async (
    driver: Awaited<ReturnType<typeof waiting>>,
    holds: (state: RunState) => boolean,
  ) => {
    while (!holds(driver.state)) await driver.idle(holds);
    return driver.state;
  };

  it('is warned of an hour before, once', async () => {
    const driver = await waiting();
    time.advance(22 * hour);
    await driver.idle();
    assert.equal(driver.state.approvals[0]?.warned, undefined);
    time.advance(1.5 * hour);
    await until(driver, (state) => state.approvals[0]?.warned === true);
    time.advance(60_000);
    await driver.idle();
    assert.equal(stage.events.filter((each) => each.type === 'approval:warned').length, 1);
    assert.equal(driver.state.status, 'awaiting-approval');
  });

  it('lapses a plan, which is kept, takes no decision, and can be put up again', async () => {
    const driver = await waiting();
    const [approval] = driver.state.approvals;
    assert.ok(approval);
    time.advance(25 * hour);
    const lapsed = await until(driver, (state) => state.status === 'lapsed');
    assert.ok(lapsed.plan && lapsed.team);
    const approve = { decision: 'approve' as const, hash: approval.hash ?? '' };
    await assert.rejects(driver.decide(approval.approvalId, approve, 't'), /lapsed/);
    await driver.renew(approval.approvalId, 't');
    await until(driver, (state) => state.status === 'awaiting-approval');
    await driver.decide(approval.approvalId, approve, 't');
    assert.equal((await driver.idle()).status, 'reviewing');
  });

  it('denies a command, and the agent goes on without it', async () => {
    const driver = await waiting([...call('run_command', { command: 'touch x' }), ...finish]);
    const [approval] = driver.state.approvals;
    const approve = { decision: 'approve' as const, hash: approval?.hash ?? '' };
    await driver.decide(approval?.approvalId ?? ('' as never), approve, 't');
    await until(driver, (state) => state.tasks[0]?.status === 'waiting-for-you');
    time.advance(25 * hour);
    const state = await until(driver, ({ outcome }) => outcome !== undefined);
    assert.equal(state.outcome, 'nothing-to-apply');
    assert.equal(state.approvals[1]?.decided?.by, 'the deadline');
  });

  it('that passed while no process was there is noticed at the resume', async () => {
    const driver = await waiting();
    const { runId } = driver.state;
    await stage.host.close();
    time.advance(48 * hour);
    const script = scriptOf([{ id: 'add' }], {});
    const resumed = await stage.host.resume(runId, stage.provider(script));
    resumed.start();
    assert.equal((await resumed.idle()).status, 'lapsed');
  });
});
