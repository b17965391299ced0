/** A plan and tasks that are edited in a window which does not execute the run, or while nobody does. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import {
  type CheckedInstruction,
  planEditInstruction,
  taskEditInstruction,
} from '../../../../src/engine/run/edit-instruction.ts';
import type { RunDriver } from '../../../../src/engine/run/run-driver.ts';
import { openDatabase } from '../../../../src/node/database/open-database.ts';
import type { RunHost } from '../../../../src/node/run-host.ts';
import { systemClock } from '../../../../src/node/system-clock.ts';
import { TaskId } from '../../../../src/shared/ids.ts';
import type { Instruction } from '../../../../src/shared/instruction.ts';
import { openApprovals, type RunState } from '../../../../src/shared/run-state.ts';
import { call, creates, scriptOf } from '../../../support/runs/script-parts.ts';
import {
  openStage,
  runUntilReview,
  type ScriptInput,
  type Stage,
} from '../../../support/runs/scripted-run.ts';

const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
const fails = call('validate_work', { passed: false, issues: [], feedback: 'No.' });
const oneFails = scriptOf([{ id: 'add' }, { id: 'bad' }], {
  'work/add': creates('b.txt', 'b\n'),
  'work/bad': creates('c.txt', 'c\n'),
  'work/bad/2': creates('d.txt', 'd\n'),
  'validate-work/bad/1': fails,
});
const add = TaskId.parse('add');
const bad = TaskId.parse('bad');

describe('edits of a run that another window executes', function () {
  this.timeout(60_000);
  let stage: Stage;
  let other: RunHost;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' }, maxAttempts: 1 });
    other = (await stage.another()).host;
  });
  afterEach(() => stage.close());

  const waiting = async (of: ScriptInput = script): Promise<RunDriver> => {
    const driver = await stage.host.start('Do it', stage.provider(of));
    driver.start();
    await driver.idle();
    return driver;
  };
  const tell = (host: RunHost, { runId }: RunState, by: string, what: Instruction) =>
    host.instruct(runId, [what], { by, provider: async () => stage.provider(oneFails) });
  /** As a window checks it on what it sees. */
  const described = (state: RunState, description: string): Promise<CheckedInstruction> => {
    const approval = openApprovals(state).find((each) => each.kind === 'plan');
    assert.ok(approval?.hash !== undefined && state.plan && state.team);
    const { approvalId, hash: basedOn } = approval;
    const tasks = state.plan.plan.tasks.map((task) => ({ ...task, description }));
    const draftId = `draft of ${description}`;
    const edit = { plan: { ...state.plan.plan, tasks }, team: state.team.team, basedOn, draftId };
    const { signal } = new AbortController();
    return planEditInstruction(
      state,
      { approvalId, edit },
      { model: stage.provider(script), signal },
    );
  };
  const passed = (checked: CheckedInstruction): Instruction => {
    assert.ok(checked.ok, JSON.stringify(checked));
    return checked.instruction;
  };
  const descriptionIn = (state: RunState) => state.plan?.plan.tasks[0]?.description;

  it('change the plan there, and what is approved then is what executes', async () => {
    const driver = await waiting();
    const state = await other.state(driver.state.runId);
    await tell(other, state, 'the other', passed(await described(state, 'As I say.')));
    assert.equal(descriptionIn(driver.state), 'As I say.');
    assert.equal(driver.state.plan?.editedBy, 'the other');
    assert.equal(driver.state.plan?.draftId, 'draft of As I say.');
    const ended = await runUntilReview(driver);
    assert.equal(ended.tasks[0]?.task.description, 'As I say.');
  });

  it('that were both made on the plan as it was shown: the first counts, the other is told', async () => {
    const driver = await waiting();
    const state = await other.state(driver.state.runId);
    const [first, second] = [
      passed(await described(state, 'The first.')),
      passed(await described(state, 'The second.')),
    ];
    await tell(other, state, 'one', first);
    await assert.rejects(
      tell(stage.host, state, 'two', second),
      /edited meanwhile, by one, and the first edit counts\. Nothing of yours was saved/,
    );
    assert.equal(descriptionIn(driver.state), 'The first.');
  });

  it('are told what is wrong before anything is recorded', async () => {
    const driver = await waiting();
    const checked = await described(await other.state(driver.state.runId), '');
    assert.ok(!checked.ok);
    const [problem] = checked.problems;
    assert.deepEqual([problem?.task, problem?.field], ['add', 'description']);
    const database = await openDatabase(stage.host.stateFolder, { clock: systemClock });
    assert.deepEqual(await database.openInstructions(driver.state.runId), []);
    await database.close();
  });

  it('that no longer fit where the run is executed come back in words', async () => {
    const driver = await waiting();
    const instruction = passed(await described(driver.state, 'Fine.'));
    assert.ok(instruction.do === 'edit-plan');
    const [agent] = instruction.team.agents;
    assert.ok(agent);
    const gone = { ...instruction.team, agents: [{ ...agent, model: 'gone' }] };
    await assert.rejects(
      tell(other, driver.state, 'o', { ...instruction, team: gone }),
      /still has the plan as it was:\n- .*"gone"/,
    );
    assert.equal(descriptionIn(driver.state), 'Do add.');
  });

  it('are taken up where nobody executes the run: at rest it goes on in the window that edits', async () => {
    const driver = await waiting();
    const { runId } = driver.state;
    await stage.host.rest(runId);
    assert.equal(stage.host.driver(runId), undefined);
    const state = await other.state(runId);
    const taken = await tell(other, state, 'o', passed(await described(state, 'At rest.')));
    assert.ok(taken);
    taken.start();
    await taken.idle();
    await other.rest(runId);
    assert.equal(descriptionIn(await stage.host.state(runId)), 'At rest.');
    assert.deepEqual(await stage.host.leaseOf(runId), { is: 'free' });
  });

  it('of a task that failed have it tried again where the run is executed', async () => {
    const driver = await waiting(oneFails);
    const state = await runUntilReview(driver);
    assert.equal(state.tasks[1]?.status, 'failed');
    const edit = { description: 'Otherwise.' };
    const seen = await other.state(state.runId);
    await tell(other, state, 'the other', passed(taskEditInstruction(seen, bad, edit)));
    const again = await runUntilReview(driver);
    assert.deepEqual(
      [again.tasks[1]?.status, again.tasks[1]?.task.description],
      ['done', 'Otherwise.'],
    );
    assert.throws(() => taskEditInstruction(again, add, edit), /is done\. Decide on what it/);
    await assert.rejects(
      tell(other, state, 'late', { do: 'edit-task', taskId: add, edit }),
      /is done\. Decide on what it changed/,
    );
    const nobody = taskEditInstruction(seen, bad, { agent: 'Zoe' });
    assert.match(nobody.ok ? '' : (nobody.problems[0]?.message ?? ''), /no agent "Zoe"/);
  });

  it('of a task that failed, at rest, have it tried again in the window that edits', async () => {
    const driver = await waiting(oneFails);
    const { runId } = await runUntilReview(driver);
    await stage.host.rest(runId);
    const seen = await other.state(runId);
    const instruction = passed(taskEditInstruction(seen, bad, { title: 'Again' }));
    const taken = await tell(other, seen, 'o', instruction);
    assert.ok(taken);
    assert.equal((await runUntilReview(taken)).tasks[1]?.status, 'done');
  });

  it('that were appended before their owner could say so are not made twice', async () => {
    const driver = await waiting(oneFails);
    const { runId } = await runUntilReview(driver);
    await stage.host.release(runId);
    const database = await openDatabase(stage.host.stateFolder, { clock: systemClock });
    const seen = await other.state(runId);
    const instruction = passed(taskEditInstruction(seen, bad, { title: 'Again' }));
    const at = new Date().toISOString();
    // The second stands for the one that was carried out and not settled.
    for (const by of ['o', 'o']) await database.instruct(runId, [{ instruction, by, at }]);
    const next = await other.resume(runId, stage.provider(oneFails));
    const { signal } = new AbortController();
    const [first, second] = [await database.settled(1, signal), await database.settled(2, signal)];
    await database.close();
    assert.deepEqual([first, second], [{ status: 'done' }, { status: 'done' }]);
    assert.equal(next.state.tasks[1]?.edited?.edition, 2);
  });

  it('of a plan that were appended before their owner could say so are done', async () => {
    const driver = await waiting();
    const { runId } = driver.state;
    const instruction = passed(await described(driver.state, 'As I say.'));
    await stage.host.release(runId);
    const database = await openDatabase(stage.host.stateFolder, { clock: systemClock });
    const at = new Date().toISOString();
    for (const by of ['o', 'o', 'another']) {
      await database.instruct(runId, [{ instruction, by, at }]);
    }
    const next = await other.resume(runId, stage.provider(script));
    const { signal } = new AbortController();
    const settled = [];
    for (const number of [1, 2, 3]) settled.push((await database.settled(number, signal)).status);
    await database.close();
    assert.deepEqual(settled, ['done', 'done', 'refused']);
    assert.equal(descriptionIn(next.state), 'As I say.');
  });
});
