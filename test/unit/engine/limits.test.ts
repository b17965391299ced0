/** Never more at work than there is room for: runs queue, and a task that comes back from the person waits for a slot. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import { RunPlaces } from '../../../src/engine/schedule/run-places.ts';
import { holdsSlot } from '../../../src/engine/schedule/task-table.ts';
import type { RunEvent } from '../../../src/shared/events.ts';
import { reduce } from '../../../src/shared/reduce.ts';
import { openApprovals, type RunState } from '../../../src/shared/run-state.ts';
import { call, creates, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../support/runs/scripted-run.ts';

describe('the limits of a process', function () {
  this.timeout(60_000);
  let stage: Stage;
  afterEach(() => stage.close());

  const mostSlots = (events: readonly RunEvent[]): number => {
    let state: RunState | undefined;
    let most = 0;
    for (const event of events) {
      state = reduce(state, event);
      most = Math.max(most, state.tasks.filter(holdsSlot).length);
    }
    return most;
  };

  it('hold for a task that comes back from the person, ahead of those that have not begun', async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' }, maxParallel: 1 });
    const script = scriptOf([{ id: 'asks', priority: 9 }, { id: 'works' }, { id: 'last' }], {
      'work/asks': [...call('run_command', { command: 'echo hi > hi.txt' }), ...finish],
      'work/works': creates('works.txt', 'w\n'),
      'work/last': creates('last.txt', 'l\n'),
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    const allowing = (async () => {
      const waits = (state: RunState) =>
        openApprovals(state).some((each) => each.kind === 'command') &&
        state.tasks.some(({ task, status }) => task.id === 'works' && status === 'running');
      while (!waits(driver.state)) await driver.idle(waits);
      const command = openApprovals(driver.state).find((each) => each.kind === 'command');
      assert.ok(command);
      await driver.decide(command.approvalId, { decision: 'allow-once' }, 'test');
    })();
    driver.start();
    while (openApprovals(driver.state).length === 0)
      await driver.idle((s) => openApprovals(s).length > 0);
    const [plan] = openApprovals(driver.state);
    assert.ok(plan);
    const decision = { decision: 'approve', hash: plan.hash ?? '' } as const;
    await driver.decide(plan.approvalId, decision, 'test');
    await allowing;
    while (driver.state.status !== 'reviewing') await driver.idle((s) => s.status === 'reviewing');
    assert.equal(mostSlots(stage.events), 1);
    const order = stage.events.flatMap((event) =>
      event.type === 'task:start' || event.type === 'task:continue'
        ? [`${event.type} ${event.taskId}`]
        : [],
    );
    assert.deepEqual(order, [
      'task:start asks',
      'task:start works',
      'task:continue asks',
      'task:start last',
    ]);
  });

  it('hold over several runs that start tasks at the same time', async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' }, maxParallel: 2 });
    const script = scriptOf([{ id: 'a' }, { id: 'b' }], {
      'work/a': creates('x.txt', 'x\n'),
      'work/b': creates('y.txt', 'y\n'),
    });
    const drivers = await Promise.all(
      [1, 2, 3].map(() => stage.host.start('Do it', stage.provider(script))),
    );
    await Promise.all(drivers.map(runUntilReview));
    const states = new Map<string, RunState>();
    let most = 0;
    for (const event of stage.events) {
      states.set(event.runId, reduce(states.get(event.runId), event));
      const held = [...states.values()].flatMap((state) => state.tasks.filter(holdsSlot));
      most = Math.max(most, held.length);
    }
    assert.equal(most, 2);
  });

  it('let a run queue in sight of the person, cancel in the queue, and begin when there is room', async () => {
    stage = await openStage({
      files: { 'a.txt': 'one\n' },
      places: new RunPlaces({ atWork: 1, queued: 2 }),
    });
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const begin = () => stage.host.start('Do it', stage.provider(script));
    const [first, second, third] = [await begin(), await begin(), await begin()];
    const queued = (driver: RunDriver) => driver.idle(({ status }) => status === 'queued');
    first.start();
    second.start();
    third.start();
    assert.deepEqual(
      [(await queued(second)).status, (await queued(third)).status],
      ['queued', 'queued'],
    );
    await assert.rejects(begin(), { code: 'too-many-runs' });
    await second.cancel('test');
    assert.equal((await second.idle()).status, 'cancelled');
    // The first waits for approval and gives up its place.
    assert.equal((await first.idle()).status, 'awaiting-approval');
    while (third.state.status !== 'awaiting-approval') {
      await third.idle(({ status }) => status === 'awaiting-approval');
    }
    assert.equal((await runUntilReview(first)).status, 'reviewing');
  });
});
