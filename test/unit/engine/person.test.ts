/** What a person can do with a run that is under way or went wrong: pause, go on, retry, skip. */
import assert from 'node:assert/strict';
import { TaskId } from '../../../src/shared/ids.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import { call, complex, creates, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../support/runs/scripted-run.ts';

const id = (name: string) => TaskId.parse(name);
const statuses = (state: RunState) =>
  Object.fromEntries(state.tasks.map((task) => [task.task.id, task.status]));

describe('a person who steps in', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
  });
  afterEach(() => stage.close());

  const rejects = call('review_code', { approved: false, summary: 'No.', issues: [] });
  const withFailedTask = scriptOf(
    [{ id: 'bad' }, { id: 'after', after: ['bad'] }, { id: 'good' }],
    {
      'work/bad': [...creates('b.txt', 'b\n'), ...finish, ...finish, ...finish],
      'work/after': creates('after.txt', 'x\n'),
      'work/good': creates('g.txt', 'g\n'),
      'review-code/bad/1': rejects,
      'review-code/bad/2': rejects,
      'review-code/bad/3': rejects,
    },
  );

  it('has a failed task tried again, and with it what it had blocked', async () => {
    const driver = await stage.host.start('Do it', stage.provider(withFailedTask));
    const failed = await runUntilReview(driver);
    assert.deepEqual(statuses(failed), { bad: 'failed', after: 'blocked', good: 'done' });
    const [file] = failed.changes?.files ?? [];
    assert.equal(file?.path, 'g.txt');
    await driver.decideChange({ path: 'g.txt', decision: 'accepted' }, 't');
    await driver.retryTask(id('bad'), 't');
    const state = await runUntilReview(driver);
    assert.deepEqual(statuses(state), { bad: 'done', after: 'done', good: 'done' });
    assert.equal(state.status, 'reviewing');
    const kept = state.changes?.files.find((each) => each.path === 'g.txt');
    assert.deepEqual(Object.values(kept?.decisions ?? {}), ['accepted'], 'the decision is kept');
  });

  it('has a task tried again that was given up in the middle, and the log stays readable', async () => {
    const [broken] = call('create_file', {});
    assert.ok(broken);
    const script = scriptOf([{ id: 'add' }, { id: 'good' }], {
      'work/add': [broken, broken, broken, broken, ...creates('b.txt', 'b\n')],
      'work/good': creates('g.txt', 'g\n'),
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    assert.equal(statuses(await runUntilReview(driver)).add, 'failed');
    await driver.retryTask(id('add'), 't');
    const state = await runUntilReview(driver);
    assert.equal(statuses(state).add, 'done', state.error?.message);
    await stage.host.close();
    assert.equal((await stage.host.state(state.runId)).status, 'reviewing');
  });

  it('does without a failed task, and what depends on it goes on', async () => {
    const driver = await stage.host.start('Do it', stage.provider(withFailedTask));
    await runUntilReview(driver);
    await driver.skipTask(id('bad'), 't');
    const state = await runUntilReview(driver);
    assert.deepEqual(statuses(state), { bad: 'skipped', after: 'done', good: 'done' });
    assert.deepEqual(
      state.changes?.files.map((each) => each.path),
      ['after.txt', 'g.txt'],
    );
  });

  it('can neither retry what has not failed nor skip what is done', async () => {
    const driver = await stage.host.start('Do it', stage.provider(withFailedTask));
    await runUntilReview(driver);
    await assert.rejects(driver.retryTask(id('good'), 't'), { code: 'wrong-decision' });
    await assert.rejects(driver.skipTask(id('good'), 't'), { code: 'wrong-decision' });
    await assert.rejects(driver.retryTask(id('nowhere'), 't'), { code: 'wrong-decision' });
  });

  it('pauses the run, which begins nothing new until it goes on', async () => {
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const driver = await stage.host.start('Do it', stage.provider(script));
    await driver.pause('t');
    driver.start();
    const paused = await driver.idle();
    assert.equal(paused.status, 'paused');
    assert.equal(paused.requests, 0);
    await driver.continue('t');
    assert.equal((await runUntilReview(driver)).status, 'reviewing');
  });

  it('takes up a run that failed where it stopped, and pays for nothing twice', async () => {
    const broken = scriptOf([{ id: 'add' }], {
      'work/add': creates('b.txt', 'b\n'),
      'check-plan/*': [{ fault: { status: 401, message: 'expired' } }],
    });
    const first = await stage.host.start('Do it', stage.provider(broken));
    const failed = await runUntilReview(first);
    assert.equal(failed.error?.code, 'model-auth');
    await stage.host.release(failed.runId);

    const mended = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const second = await stage.host.resume(failed.runId, stage.provider(mended));
    const state = await runUntilReview(second);
    assert.equal(state.status, 'reviewing', state.error?.message);
    assert.equal(state.repeated, 0);
    const planned = stage.events.filter(
      (each) => each.type === 'agent:invoke' && each.conversationId === 'plan',
    );
    assert.equal(planned.length, 1);
  });

  it('takes up a run that gave up on an answer with new tries', async () => {
    const prose = { text: 'Hm.' };
    const script = scriptOf([{ id: 'add' }], {
      'work/add': creates('b.txt', 'b\n'),
      triage: [prose, prose, prose, prose, ...complex],
    });
    const first = await stage.host.start('Do it', stage.provider(script));
    const failed = await runUntilReview(first);
    assert.equal(failed.status, 'failed');
    await stage.host.release(failed.runId);
    const second = await stage.host.resume(failed.runId, stage.provider(script));
    assert.equal((await runUntilReview(second)).status, 'reviewing');
  });
});
