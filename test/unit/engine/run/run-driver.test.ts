/** What the driver of a run writes together, and what becomes of decisions that come at the same moment. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { EventType, RunEvent } from '../../../../src/shared/events.ts';
import { TaskId } from '../../../../src/shared/ids.ts';
import { openApprovals } from '../../../../src/shared/run-state.ts';
import { creates, finish, scriptOf } from '../../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../../support/runs/scripted-run.ts';

describe('A run that is driven', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' }, maxParallel: 1 });
  });
  afterEach(() => stage.close());

  /** At the approval of its plan. */
  async function waiting(...args: Parameters<typeof scriptOf>) {
    const driver = await stage.host.start('Do it', stage.provider(scriptOf(...args)));
    driver.start();
    const [plan] = openApprovals(await driver.idle());
    assert.ok(plan?.hash !== undefined);
    const { approvalId, hash } = plan;
    return {
      driver,
      approve: (by: string) => driver.decide(approvalId, { decision: 'approve', hash }, by),
      reject: (by: string) => driver.decide(approvalId, { decision: 'reject' }, by),
    };
  }

  const oneTask = () => waiting([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
  const typed = <Type extends EventType>(type: Type) =>
    stage.events.filter((event): event is Extract<RunEvent, { type: Type }> => event.type === type);
  const reasonOf = (outcome: PromiseSettledResult<unknown>) =>
    outcome.status === 'rejected' ? String(outcome.reason.userMessage) : outcome.status;

  it('takes the first of two decisions that come at once, and tells the other whose it was', async () => {
    const { driver, approve, reject } = await oneTask();
    const outcomes = await Promise.allSettled([approve('window one'), reject('window two')]);
    assert.equal(reasonOf(outcomes[0]), 'fulfilled');
    assert.match(reasonOf(outcomes[1]), /decided already, by window one/);
    const state = await driver.idle();
    assert.equal(state.status, 'reviewing');
    assert.deepEqual(
      typed('approval:decided').map(({ by }) => by),
      ['window one'],
    );
  });

  it('begins nothing when it is cancelled at the moment of its approval', async () => {
    const { driver, approve } = await oneTask();
    await Promise.all([approve('t'), driver.cancel('t')]);
    assert.equal((await driver.idle()).status, 'cancelled');
    assert.deepEqual(typed('task:start'), []);
    assert.deepEqual(typed('workflow:cancel').length, 1);
  });

  it('takes no decision that comes behind a cancel', async () => {
    const { driver, approve } = await oneTask();
    const outcomes = await Promise.allSettled([
      driver.cancel('t'),
      approve('t'),
      driver.cancel('u'),
    ]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.match(reasonOf(outcomes[1]), /cancelled/);
    assert.deepEqual(typed('approval:decided'), []);
    assert.equal((await driver.idle()).status, 'cancelled');
  });

  it('does not start a task that was skipped at the moment of approval', async () => {
    const { driver, approve } = await waiting([{ id: 'add' }, { id: 'other' }], {
      'work/add': creates('b.txt', 'b\n'),
      'work/other': creates('c.txt', 'c\n'),
    });
    await Promise.all([approve('t'), driver.skipTask(TaskId.parse('add'), 't')]);
    const state = await runUntilReview(driver);
    assert.deepEqual(
      state.tasks.map(({ status }) => status),
      ['skipped', 'done'],
    );
    assert.deepEqual(
      typed('task:start').map(({ taskId }) => taskId),
      ['other'],
    );
  });

  it('never starts more than there are slots, also when two runs are approved at once', async () => {
    const runs = [await oneTask(), await oneTask()];
    await Promise.all(runs.map(({ approve }) => approve('t')));
    // One of them is idle while the other holds the slot, and goes on by itself.
    for (const { driver } of [...runs, ...runs]) await runUntilReview(driver);
    for (const { driver } of runs) assert.equal(driver.state.status, 'reviewing');
    let [atWork, most] = [0, 0];
    for (const { type } of stage.events) {
      if (type === 'task:start') atWork += 1;
      if (type === 'task:complete') atWork -= 1;
      most = Math.max(most, atWork);
    }
    assert.deepEqual([most, atWork], [1, 0]);
  });

  it('writes at once what belongs together', async () => {
    const { driver, approve } = await waiting([{ id: 'look' }, { id: 'then', after: ['look'] }], {
      'work/look': finish,
      'work/then': finish,
    });
    await approve('t');
    await driver.idle();
    const together = stage.writes
      .map((write) => write.map(({ type }) => type))
      .filter((types) => types.includes('task:start'));
    assert.deepEqual(together, [
      ['approval:decided', 'workflow:status', 'wave:start', 'task:start'],
      [
        ...['tool:call', 'tool:result', 'review:result', 'task:complete'],
        ...['wave:complete', 'wave:start', 'task:start'],
      ],
    ]);
    for (const write of stage.writes) {
      const opened = write.filter(({ type }) => type === 'conversation:start');
      const announced = write.filter(({ type }) => type === 'agent:invoke');
      assert.ok(opened.length <= announced.length, 'a conversation begins with its first request');
      const types = write.map(({ type }) => type);
      const answered = types.indexOf('agent:answer');
      assert.ok(
        answered < 0 || !types.includes('tool:call'),
        'nothing acts on an unwritten answer',
      );
    }
  });

  it('fails with what its listener throws, and says so in its log', async () => {
    const { driver, approve } = await oneTask();
    const fault = new Error('the panel broke');
    stage.writes.push = () => {
      throw fault;
    };
    await approve('t');
    await assert.rejects(driver.idle(), fault);
    const log = await stage.host.events(driver.state.runId);
    const error = log.find(({ type }) => type === 'workflow:error');
    assert.ok(error?.type === 'workflow:error' && error.message.includes('the panel broke'));
    assert.equal(log.at(-1)?.type, 'workflow:status');
  });
});
