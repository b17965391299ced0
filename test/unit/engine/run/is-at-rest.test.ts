/** When a run is at rest, for who executes it and for who only sees its log. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { goesNoFurther, isAtRest } from '../../../../src/engine/run/is-at-rest.ts';
import { RunPlaces } from '../../../../src/engine/schedule/run-places.ts';
import { reduce } from '../../../../src/shared/reduce.ts';
import { openApprovals, type RunState } from '../../../../src/shared/run-state.ts';
import { call, creates, finish, scriptOf } from '../../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../../support/runs/scripted-run.ts';

const commanding = scriptOf([{ id: 'asks' }, { id: 'works' }], {
  'work/asks': [...call('run_command', { command: 'echo hi > hi.txt' }), ...finish],
  'work/works': creates('b.txt', 'b\n'),
});

describe('A run is at rest', function () {
  this.timeout(60_000);
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({
      files: { 'a.txt': 'one\n' },
      places: new RunPlaces({ atWork: 1, queued: 5 }),
    });
  });
  afterEach(() => stage.close());

  /** The state after each event, as it was written. */
  const states = (): RunState[] => {
    const all: RunState[] = [];
    for (const event of stage.events) all.push(reduce(all.at(-1), event));
    return all;
  };
  const stateAfter = (type: string): RunState => {
    const state = states()[stage.events.findIndex((event) => event.type === type)];
    assert.ok(state, type);
    return state;
  };

  it('while a plan or a review waits for the person, and not while a task can go on', async () => {
    const driver = await stage.host.start('Do it', stage.provider(commanding));
    driver.start();
    assert.ok(isAtRest(await driver.idle()) && driver.isAtRest);
    const state = await runUntilReview(driver);
    assert.equal(state.status, 'reviewing');
    assert.ok(isAtRest(state) && driver.isAtRest);
    assert.ok(!isAtRest(stateAfter('approval:decided')));
    const asking = states().find((each) =>
      openApprovals(each).some(({ kind }) => kind === 'command'),
    );
    assert.ok(asking && !isAtRest(asking), 'the other task goes on');
  });

  it('when it is paused once what was begun has settled', async () => {
    const driver = await stage.host.start('Do it', stage.provider(commanding));
    await runUntilReview(driver);
    const paused = (type: string): RunState => ({ ...stateAfter(type), paused: true });
    for (const type of ['agent:invoke', 'command:started']) {
      assert.ok(goesNoFurther(paused(type)), type);
      assert.ok(!isAtRest(paused(type)), type);
    }
    assert.ok(isAtRest(paused('agent:answer')));
  });

  it('no sooner than it has had its turn, where it queues', async () => {
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const first = await stage.host.start('Do it', stage.provider(script));
    const second = await stage.host.start('Do it', stage.provider(script));
    first.start();
    second.start();
    const queued = await second.idle(({ status }) => status === 'queued');
    assert.equal(queued.status, 'queued');
    assert.ok(!isAtRest(queued) && !second.isAtRest);
    await stage.host.rest(queued.runId);
    assert.equal(stage.host.driver(queued.runId), second, 'it keeps its place in the queue');
    while (!second.isAtRest) {
      await second.idle(isAtRest);
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(second.state.status, 'awaiting-approval');
    const own = stage.events.filter(({ runId }) => runId === queued.runId);
    const waits = own.filter((each) => each.type === 'workflow:status' && each.status === 'queued');
    assert.equal(waits.length, 1);
    const count = (type: string) => own.filter((event) => event.type === type).length;
    assert.deepEqual([count('analysis'), count('plan:created'), count('team:created')], [1, 1, 1]);
  });
});
