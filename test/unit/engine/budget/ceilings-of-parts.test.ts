/** Ceilings of a task, of an agent, and on minutes: what they stop, and what goes on beside it. */
import assert from 'node:assert/strict';
import { slotsHeld } from '../../../../src/engine/schedule/decide-execution.ts';
import { TaskId } from '../../../../src/shared/ids.ts';
import { openApprovals, type RunState } from '../../../../src/shared/run-state.ts';
import { call, creates, plan, scriptOf, team } from '../../../support/runs/script-parts.ts';

import { ceilingRuns, costing, type Steps } from './ceiling-runs.ts';

describe('a ceiling', function () {
  this.timeout(30_000);
  const at = ceilingRuns();
  const { open, follow, start, asked, statuses, count, raise, peak } = at;

  describe('of a task', () => {
    const limitedPlan = plan([{ id: 'dear' }, { id: 'cheap' }, { id: 'more' }]).map((step) => ({
      ...step,
      calls: step.calls?.map((each) => {
        const input = each.input as { tasks: Array<{ id: string }> };
        const tasks = input.tasks.map((task) =>
          task.id === 'dear' ? { ...task, limits: { max_tokens: 30_000 } } : task,
        );
        return { ...each, input: { ...input, tasks } };
      }),
    })) as Steps;
    const script = scriptOf([{ id: 'dear' }, { id: 'cheap' }, { id: 'more' }], {
      plan: limitedPlan,
      'work/dear': [
        ...costing(call('create_file', { path: 'd.txt', content: 'd\n' }), 29_000, 500),
        ...creates('e.txt', 'e\n'),
      ],
      'work/cheap': creates('c.txt', 'c\n'),
      'work/more': creates('m.txt', 'm\n'),
    });

    it('parks that task alone, which gives its slot to the others', async () => {
      await open({ maxParallel: 1 });
      const driver = await start(script);
      const state = await follow(driver);
      assert.deepEqual(statuses(state), { dear: 'running', cheap: 'done', more: 'done' });
      const approval = asked(state);
      assert.deepEqual([approval.ceiling?.scope, approval.taskId], ['task', 'dear']);
      await raise(driver, approval, 500_000);
      assert.equal(statuses(await follow(driver)).dear, 'done');
    });

    it('has it wait for a slot when the person raises it while others work', async () => {
      await open({ maxParallel: 1 });
      const driver = await start(script);
      const raising = (async () => {
        const othersWork = (state: RunState) =>
          openApprovals(state).some((each) => each.kind === 'budget') &&
          state.tasks.some(({ task, status }) => task.id !== 'dear' && status === 'running');
        while (!othersWork(driver.state)) {
          await driver.idle(othersWork);
          await new Promise((resolve) => setImmediate(resolve));
        }
        await raise(driver, asked(driver.state), 500_000);
      })();
      await follow(driver);
      await raising;
      const state = await follow(driver);
      assert.deepEqual(statuses(state), { dear: 'done', cheap: 'done', more: 'done' });
      assert.equal(peak(slotsHeld), 1);
      assert.equal(count('task:continue'), 1);
    });

    it('fails it alone when the person stops, and lets it be tried again with a new question', async () => {
      await open({ maxParallel: 3 });
      const driver = await start(script);
      await driver.decide(asked(await follow(driver)).approvalId, { decision: 'stop' }, 'test');
      const state = await follow(driver);
      assert.deepEqual(statuses(state), { dear: 'failed', cheap: 'done', more: 'done' });
      const error = at.stage.events.find((each) => each.type === 'task:error');
      assert.equal(error?.code, 'budget');
      assert.equal(state.status, 'reviewing');
      await driver.retryTask(TaskId.parse('dear'), 'test');
      await raise(driver, asked(await follow(driver)), null);
      assert.equal(statuses(await follow(driver)).dear, 'done');
    });
  });

  it('of an agent bounds all its work and begins none of its other tasks', async () => {
    await open({ maxParallel: 1 });
    const script = scriptOf([{ id: 'one', priority: 9 }, { id: 'two' }], {
      'team/*': team(['one', 'two'], { limits: { max_usd: 0.2 } }),
      'work/one': [
        ...costing(call('create_file', { path: 'd.txt', content: 'd\n' }), 80_000, 100),
        ...creates('e.txt', 'e\n'),
      ],
      'work/two': creates('t.txt', 't\n'),
    });
    const driver = await start(script);
    const parked = await follow(driver);
    assert.deepEqual(statuses(parked), { one: 'running', two: 'waiting' });
    assert.deepEqual([asked(parked).ceiling?.scope, asked(parked).agent], ['agent', 'Ada']);
    await driver.decide(asked(parked).approvalId, { decision: 'stop' }, 'test');
    const state = await follow(driver);
    assert.deepEqual(statuses(state), { one: 'failed', two: 'failed' });
    assert.equal(state.error?.code, 'tasks-failed');
  });

  it('on minutes counts work and not the person, cuts nothing, and begins nothing more', async () => {
    let now = Date.UTC(2026, 10, 21);
    const clock = { now: () => new Date(now) };
    const timer = { sleep: (_: number, signal: AbortSignal) => aborted(signal) };
    await open({ ceilings: { maxMinutes: 10 }, time: { clock, timer } });
    const script = scriptOf([{ id: 'add' }], {
      'work/add': [...call('run_command', { command: 'true' }), ...creates('b.txt', 'b\n')],
    });
    const driver = await start(script, {
      inFlight: async (id) => {
        if (id.startsWith('work/')) now += 11 * 60_000;
      },
    });
    driver.start();
    const waiting = await driver.idle();
    now += 20 * 3_600_000;
    const [approval] = openApprovals(waiting);
    assert.equal(approval?.kind, 'plan', 'twenty hours of waiting are no work');
    const state = await follow(driver);
    const { ceiling } = asked(state);
    assert.deepEqual([ceiling?.kind, ceiling?.spent], ['minutes', 11]);
    assert.equal(state.conversations.at(-1)?.turns.length, 1, 'the turn under way was not cut');
    assert.equal(count('command:started'), 0, 'no command is begun');
    await raise(driver, asked(state), 60);
    assert.equal((await follow(driver)).status, 'reviewing');
  });
});

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
