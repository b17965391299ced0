/** A task that the person edits while the run executes: what waits or has failed can be changed, what runs cannot. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import type { TurnRequest } from '../../../src/engine/model-port.ts';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import { TaskId } from '../../../src/shared/ids.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import { call, creates, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../support/runs/scripted-run.ts';

const id = (name: string) => TaskId.parse(name);
const statuses = (state: RunState) =>
  Object.fromEntries(state.tasks.map((task) => [task.task.id, task.status]));
const rejects = call('review_code', { approved: false, summary: 'Not like this.', issues: [] });

const agent = (name: string, more: object = {}) => ({
  name,
  type: 'generalist',
  system_prompt: `You are ${name} and nobody else.`,
  skills: [],
  tools: ['file_read', 'file_write'],
  model: 'balanced',
  ...more,
});
const team = call('generate_specialized_agents', {
  agents: [agent('Ada'), agent('Bob', { model: 'smart' }), agent('Eve', { tools: ['file_read'] })],
  task_assignments: [
    { agent: 'Ada', tasks: ['bad', 'after'] },
    { agent: 'Bob', tasks: ['good'] },
    { agent: 'Eve', tasks: ['look'] },
  ],
});

/** `bad` fails its only try and blocks `after`; tried again it passes. */
const script = scriptOf(
  [{ id: 'bad' }, { id: 'after', after: ['bad'] }, { id: 'good' }, { id: 'look', readOnly: true }],
  {
    'team/*': team,
    'work/bad': creates('b.txt', 'b\n'),
    'work/bad/2': [...call('read_file', { path: 'b.txt' }), ...creates('c.txt', 'c\n')],
    'work/bad/3': creates('d.txt', 'd\n'),
    'work/after': creates('after.txt', 'x\n'),
    'work/good': creates('g.txt', 'g\n'),
    'work/look': finish,
    'review-code/bad/1': rejects,
  },
);

describe('a task that the person edits', () => {
  let stage: Stage;
  let requests: TurnRequest[];
  beforeEach(async () => {
    requests = [];
    stage = await openStage({ files: { 'a.txt': 'one\n' }, maxAttempts: 1 });
  });
  afterEach(() => stage.close());

  const recording = () => {
    const provider = stage.provider(script);
    const streamTurn: typeof provider.streamTurn = (request, onText, signal) => {
      requests.push(structuredClone(request));
      return provider.streamTurn(request, onText, signal);
    };
    return { ...provider, streamTurn };
  };
  const withFailedTask = async (): Promise<RunDriver> => {
    const driver = await stage.host.start('Do it', recording());
    const state = await runUntilReview(driver);
    const expected = { bad: 'failed', after: 'blocked', good: 'done', look: 'done' };
    assert.deepEqual(statuses(state), expected);
    return driver;
  };
  /** The working copies of the task that was edited. */
  const lanes = async () => {
    const entries = await readdir(stage.root, { recursive: true, withFileTypes: true });
    const names = entries.filter((each) => each.isDirectory() && /-bad$/.test(each.name));
    return [...new Set(names.map((each) => each.name))].sort();
  };
  const firstRequest = (conversationId: string) =>
    requests.find((each) => each.conversationId === conversationId);

  it('and had failed is tried again by the agent it now has, on what the first try left', async () => {
    const driver = await withFailedTask();
    const edit = { description: 'Do it otherwise.', agent: 'Bob' };
    assert.deepEqual(await driver.editTask(id('bad'), edit, 't'), { ok: true });
    const state = await runUntilReview(driver);
    const all = { bad: 'done', after: 'done', good: 'done', look: 'done' };
    assert.deepEqual(statuses(state), all, state.error?.message);
    const files = state.changes?.files.map((each) => each.path);
    assert.deepEqual(files, ['after.txt', 'b.txt', 'c.txt', 'g.txt']);
    const again = firstRequest('work/bad/2');
    assert.match(again?.system ?? '', /You are Bob and nobody else/);
    assert.equal(again?.model, state.models.smart);
    const brief = JSON.stringify(again?.messages);
    assert.match(brief, /Do it otherwise\..*An earlier try.*Not like this\..*still in your copy/s);
    const read = state.conversations.find((each) => each.conversationId === 'work/bad/2')?.turns[0];
    assert.equal(read?.calls[0]?.status, 'ok', 'b.txt of the first try is there');
    assert.equal(firstRequest('work/after')?.model, state.models.balanced, 'Ada keeps her other');
  });

  it('and had failed waits for the dependency it was given, and begins anew on its result', async () => {
    const driver = await withFailedTask();
    await driver.editTask(id('bad'), { dependencies: [id('good'), id('look')] }, 't');
    const state = await runUntilReview(driver);
    assert.equal(statuses(state).bad, 'done', state.error?.message);
    const task = state.tasks.find((each) => each.task.id === 'bad');
    assert.equal(task?.laneId, 'edit-2-bad');
    const read = state.conversations.find((each) => each.conversationId === 'work/bad/2')?.turns[0];
    assert.equal(read?.calls[0]?.status, 'error', 'b.txt of the first try is not there');
    assert.match(JSON.stringify(firstRequest('work/bad/2')?.messages), /Nothing of that try is in/);
    assert.deepEqual(
      await lanes(),
      ['task-bad'],
      'that of the second try was merged and given back',
    );
    await driver.cancel('t');
    await driver.idle();
    assert.deepEqual(await lanes(), [], 'both working copies are gone with the run');
  });

  it('can be edited again when it fails again, and the log is taken up in the middle of it', async () => {
    const driver = await withFailedTask();
    await driver.pause('t');
    await driver.editTask(id('bad'), { title: 'Second' }, 't');
    await driver.idle();
    await stage.host.close();
    const next = await stage.host.resume(driver.state.runId, recording());
    await next.continue('t');
    const state = await runUntilReview(next);
    const task = state.tasks.find((each) => each.task.id === 'bad');
    assert.deepEqual([task?.task.title, task?.status, task?.attempt], ['Second', 'done', 1]);
    assert.equal(task?.edited?.edition, 2);
    await stage.host.close();
    assert.equal((await stage.host.state(state.runId)).status, 'reviewing', 'the log is readable');
  });

  it('and was blocked begins once it no longer waits for what failed', async () => {
    const driver = await withFailedTask();
    await driver.editTask(id('after'), { dependencies: [id('good')], priority: 9 }, 't');
    const state = await runUntilReview(driver);
    const expected = { bad: 'failed', after: 'done', good: 'done', look: 'done' };
    assert.deepEqual(statuses(state), expected);
    assert.ok(state.changes?.files.some((each) => each.path === 'after.txt'));
  });

  it('stays blocked where the edit leaves the dependency on what failed', async () => {
    const driver = await withFailedTask();
    await driver.editTask(id('after'), { title: 'Later' }, 't');
    const state = await driver.idle();
    const task = state.tasks.find((each) => each.task.id === 'after');
    assert.deepEqual([task?.status, task?.task.title], ['blocked', 'Later']);
  });

  for (const [what, taskId, edit, field, says] of [
    ['a circle', 'bad', { dependencies: ['after'] }, 'dependencies', /in a circle/],
    ['an unknown dependency', 'bad', { dependencies: ['god'] }, 'dependencies', /mean "good"/],
    ['an agent of no team', 'bad', { agent: 'Zoe' }, 'agent', /Choose one of Ada, Bob, Eve/],
    ['an agent that may only read', 'bad', { agent: 'Eve' }, 'permission', /Eve" is read_only/],
    ['an empty title', 'bad', { title: '' }, 'title', /must not be empty/],
    ['no criteria', 'bad', { acceptance_criteria: [] }, 'acceptance_criteria', /at least one/],
  ] as const) {
    it(`takes no edit with ${what}, and says at which field`, async () => {
      const driver = await withFailedTask();
      const result = await driver.editTask(id(taskId), edit, 't');
      assert.ok(!result.ok);
      const [problem] = result.problems;
      assert.deepEqual([problem?.task, problem?.field], [taskId, field]);
      assert.match(problem?.message ?? '', says);
      assert.ok(!stage.events.some((each) => each.type === 'task:edited'));
    });
  }

  it('is not made to wait for another that has failed, and may go on waiting for one', async () => {
    const fails = call('validate_work', { passed: false, issues: [], feedback: 'No.' });
    const conversations = { ...script.conversations, 'validate-work/look/1': fails };
    const driver = await stage.host.start('Do it', stage.provider({ ...script, conversations }));
    const before = await runUntilReview(driver);
    assert.deepEqual([statuses(before).bad, statuses(before).look], ['failed', 'failed']);
    const result = await driver.editTask(id('look'), { dependencies: [id('bad')] }, 't');
    assert.ok(!result.ok);
    assert.match(result.problems[0]?.message ?? '', /"bad", which is failed\. Retry, edit or skip/);
    const kept = await driver.editTask(id('after'), { dependencies: [id('bad')] }, 't');
    assert.deepEqual(kept, { ok: true });
  });

  it('cannot be edited once it is done, and nothing happens to one that is not there', async () => {
    const driver = await withFailedTask();
    const edit = { title: 'New' };
    await assert.rejects(driver.editTask(id('good'), edit, 't'), { message: /review the changes/ });
    await assert.rejects(driver.editTask(id('nowhere'), edit, 't'), { code: 'wrong-decision' });
  });

  it('cannot be edited while it runs, and says when it can', async () => {
    const driver = await stage.host.start('Do it', stage.provider(script));
    let refused: unknown;
    driver.start();
    await driver.idle();
    const { approvalId, hash = '' } = driver.state.approvals[0] ?? {};
    assert.ok(approvalId);
    await driver.decide(approvalId, { decision: 'approve', hash }, 't');
    await driver.idle((state) => state.tasks.some((each) => each.status === 'running'));
    await driver.editTask(id('good'), { title: 'New' }, 't').catch((error: unknown) => {
      refused = error;
    });
    assert.match(String(refused), /Task "good" is running; .*Let it come to its end/);
    await driver.idle();
  });
});
