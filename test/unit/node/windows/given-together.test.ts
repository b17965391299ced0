/** What a person asks for counts as a whole and once, and asks no model where it needs none. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { RunDriver } from '../../../../src/engine/run/run-driver.ts';
import { openDatabase } from '../../../../src/node/database/open-database.ts';
import type { RunHost } from '../../../../src/node/run-host.ts';
import { systemClock } from '../../../../src/node/system-clock.ts';
import { TaskId } from '../../../../src/shared/ids.ts';
import type { Instruction } from '../../../../src/shared/instruction.ts';
import { call, creates, scriptOf } from '../../../support/runs/script-parts.ts';
import {
  acceptAllAndApply,
  openStage,
  runUntilReview,
  type ScriptInput,
  type Stage,
} from '../../../support/runs/scripted-run.ts';

const fails = call('validate_work', { passed: false, issues: [], feedback: 'No.' });
const script = scriptOf([{ id: 'add' }, { id: 'bad' }], {
  'work/add': [...creates('b.txt', 'b\n').slice(0, 1), ...creates('c.txt', 'c\n')],
  'work/bad': creates('d.txt', 'd\n'),
  'validate-work/bad/1': fails,
  'work/bad/2': creates('e.txt', 'e\n'),
  'validate-work/bad/2': fails,
});
const bad = TaskId.parse('bad');
const by = 'o';
const { signal: never } = new AbortController();

describe('what a person asks of a run', function () {
  this.timeout(60_000);
  let stage: Stage;
  let other: RunHost;
  let driver: RunDriver;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' }, maxAttempts: 1 });
    other = (await stage.another()).host;
    driver = await stage.host.start('Do it', stage.provider(script satisfies ScriptInput));
    assert.equal((await runUntilReview(driver)).status, 'reviewing');
  });
  afterEach(() => stage.close());

  const tell = (...what: Instruction[]) =>
    other.instruct(driver.state.runId, what, {
      by,
      provider: async () => assert.fail('No model is needed for this'),
    });
  const accept = (path: string, hunks?: string[]): Instruction => ({
    ...{ do: 'decide-change', path, decision: 'accepted' },
    ...(hunks && { hunks }),
  });
  const typesOf = async () =>
    (await stage.host.events(driver.state.runId)).map(({ type }) => type as string);

  it('is not applied when a decision that came with it was refused', async () => {
    await assert.rejects(
      tell(accept('b.txt'), accept('c.txt', ['h000000000000']), { do: 'apply' }),
      /Nothing was applied.*This change of c\.txt is no longer there.*then apply/,
    );
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\n' });
    assert.equal((await typesOf()).includes('change:apply'), false);
    // The one that was not refused is kept, and what comes by itself is carried out.
    await tell({ do: 'apply' });
    await driver.idle();
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\n', 'b.txt': 'b\n' });
  });

  it('is not applied when that decision was taken up by an owner that ended then', async () => {
    const { runId } = driver.state;
    await stage.host.release(runId);
    const database = await openDatabase(stage.host.stateFolder, { clock: systemClock });
    const at = new Date().toISOString();
    const apply: Instruction = { do: 'apply', behind: 2 };
    const given = [accept('b.txt'), accept('nothing.txt'), apply];
    const last = await database.instruct(
      runId,
      given.map((instruction) => ({ instruction, by, at })),
    );
    await database.settle(last - 2, { status: 'done' });
    await database.settle(last - 1, { status: 'refused', reason: 'It is not there.' });
    await other.resume(runId, stage.provider(script));
    const settled = await database.settled(last, never);
    await database.close();
    assert.match(settled.status === 'refused' ? settled.reason : '', /It is not there/);
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\n' });
  });

  it('asks no model to apply and to revert, where nobody has the run open', async () => {
    await stage.host.release(driver.state.runId);
    const taken = await tell(accept('b.txt'), { do: 'apply' });
    assert.ok(taken);
    taken.start();
    assert.equal((await taken.idle()).outcome, 'applied');
    await other.release(driver.state.runId);
    await tell({ do: 'revert' });
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\n' });
  });

  /** As when the owner appended what it was told, and ended before it could say so. */
  const givenAgain = async (instruction: Instruction, at: string) => {
    const { runId } = driver.state;
    await stage.host.release(runId);
    const database = await openDatabase(stage.host.stateFolder, { clock: systemClock });
    const number = await database.instruct(runId, [{ instruction, by, at }]);
    const next = await other.resume(runId, stage.provider(script));
    const settled = await database.settled(number, never);
    await database.close();
    return { settled, next };
  };
  const count = async (type: string) => (await typesOf()).filter((each) => each === type).length;
  const done = { status: 'done' };

  it('is tried again once', async () => {
    const at = new Date().toISOString();
    await driver.retryTask(bad, by);
    assert.equal((await runUntilReview(driver)).tasks[1]?.status, 'failed');
    const { settled, next } = await givenAgain({ do: 'retry-task', taskId: bad }, at);
    assert.deepEqual([settled, await count('task:reopen')], [done, 1]);
    assert.equal(next.state.tasks[1]?.status, 'failed');
    // What is asked for later is another matter.
    await tell({ do: 'retry-task', taskId: bad }).catch(() => {});
    assert.equal(await count('task:reopen'), 2);
  });

  it('is skipped once', async () => {
    const at = new Date().toISOString();
    await driver.skipTask(bad, by);
    const { settled } = await givenAgain({ do: 'skip-task', taskId: bad }, at);
    assert.deepEqual([settled, await count('task:skip')], [done, 1]);
  });

  it('is applied once, and no less than was accepted then', async () => {
    const at = new Date().toISOString();
    await driver.decideChange({ path: 'b.txt', decision: 'accepted' }, by);
    await driver.applyAccepted(by);
    await driver.idle();
    const { settled } = await givenAgain({ do: 'apply' }, at);
    assert.deepEqual([settled, await count('change:apply')], [done, 1]);
  });

  it('is reverted once', async () => {
    assert.equal((await acceptAllAndApply(driver)).outcome, 'applied');
    const at = new Date().toISOString();
    await driver.revert(by);
    const { settled } = await givenAgain({ do: 'revert' }, at);
    assert.deepEqual([settled, await count('change:reverted')], [done, 1]);
  });
});
