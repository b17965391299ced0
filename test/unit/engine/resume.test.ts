/** A run that stopped in the middle goes on from its log, in a new process. */
import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { call, creates, finish, scriptOf } from '../../support/runs/script-parts.ts';
import {
  acceptAllAndApply,
  openStage,
  runUntilReview,
  type Stage,
} from '../../support/runs/scripted-run.ts';

describe('a run that is taken up again', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
  });
  afterEach(() => stage.close());

  it('waits for approval over a restart, and asks the model nothing twice', async () => {
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const first = await stage.host.start('Do it', stage.provider(script));
    first.start();
    const { runId, requests } = await first.idle();
    await stage.host.close();

    assert.deepEqual(
      (await stage.host.list()).map((run) => [run.status, run.waiting]),
      [['awaiting-approval', true]],
    );
    const second = await stage.host.resume(runId, stage.provider(script));
    second.start();
    assert.equal((await second.idle()).requests, requests);
    assert.equal((await runUntilReview(second)).status, 'reviewing');
    await acceptAllAndApply(second);
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\n', 'b.txt': 'b\n' });
  });

  it('puts the lane back to the last recorded tree and tells the model of the interrupted command', async () => {
    const script = scriptOf([{ id: 'add' }], {
      'work/add': [
        ...call('create_file', { path: 'b.txt', content: 'b\n' }),
        ...call('run_command', { command: 'echo half > half.txt; sleep 60' }),
        ...finish,
      ],
    });
    const first = await stage.host.start('Do it', stage.provider(script));
    first.start();
    const { runId, approvals } = await first.idle();
    await first.decide(
      approvals[0]?.approvalId ?? ('' as never),
      { decision: 'approve', hash: approvals[0]?.hash ?? '' },
      't',
    );
    const asked = (await first.idle()).approvals[1];
    await first.decide(asked?.approvalId ?? ('' as never), { decision: 'allow-once' }, 't');
    const started = () => stage.events.some((event) => event.type === 'command:started');
    while (!started()) await setImmediate();
    await stage.host.close();

    const [listed] = await stage.host.list();
    assert.equal(listed?.status, 'interrupted');
    const second = await stage.host.resume(runId, stage.provider(script));
    const state = await runUntilReview(second);
    assert.equal(state.status, 'reviewing', state.error?.message);
    assert.deepEqual(
      state.changes?.files.map((file) => file.path),
      ['b.txt'],
    );
    const command = state.conversations.find((each) => each.purpose.kind === 'work')?.turns[1]
      ?.calls[0];
    assert.match(command?.summary ?? '', /Interrupted.*outcome is unknown/);
    const announced = stage.events.find((event) => event.type === 'command:started');
    assert.ok(announced, 'the process group is in the log');
  });

  it('cancels what is under way and leaves nothing running', async () => {
    const script = scriptOf([{ id: 'add' }], {
      'work/add': [...call('run_command', { command: 'sleep 60' }), ...finish],
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    driver.start();
    const { approvals } = await driver.idle();
    await driver.decide(
      approvals[0]?.approvalId ?? ('' as never),
      { decision: 'approve', hash: approvals[0]?.hash ?? '' },
      't',
    );
    const asked = (await driver.idle()).approvals[1];
    await driver.decide(asked?.approvalId ?? ('' as never), { decision: 'allow-once' }, 't');
    await driver.cancel('t');
    assert.equal((await driver.idle()).status, 'cancelled');
    await assert.rejects(driver.applyAccepted('t'), { code: 'wrong-decision' });
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\n' });
  });
});
