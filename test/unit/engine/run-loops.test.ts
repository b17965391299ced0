/** The loops of a run: what is sent back, how often, and what is given up when it does not help. */
import assert from 'node:assert/strict';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import { TaskId } from '../../../src/shared/ids.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import {
  call,
  complex,
  creates,
  finish,
  plan,
  scriptOf,
  team,
} from '../../support/runs/script-parts.ts';
import {
  openStage,
  runUntilReview,
  type ScriptInput,
  type Stage,
} from '../../support/runs/scripted-run.ts';

describe('the loops of a run', () => {
  let stage: Stage;
  let driver: RunDriver;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
  });
  afterEach(() => stage.close());

  const run = async (script: ScriptInput): Promise<RunState> => {
    driver = await stage.host.start('Do it', stage.provider(script));
    return runUntilReview(driver);
  };
  const one = (conversations: ScriptInput['conversations']) =>
    scriptOf([{ id: 'add' }], conversations);
  const works = { 'work/add': creates('b.txt', 'b\n') };

  describe('the plan', () => {
    it('goes back to the planner for a cycle, which is named, and passes when mended', async () => {
      const state = await run({
        ...one(works),
        conversations: {
          ...one(works).conversations,
          plan: [
            ...plan([
              { id: 'x', after: ['y'] },
              { id: 'y', after: ['x'] },
            ]),
            ...plan([{ id: 'add' }]),
          ],
        },
      });
      assert.equal(state.status, 'reviewing', state.error?.message);
      const [failed] = state.checks;
      assert.match(failed?.issues[0]?.message ?? '', /x → y → x/);
      assert.equal(state.plan?.version, 2);
    });

    it('fails the run after three plans with a dependency that does not exist, and says which', async () => {
      const wrong = plan([{ id: 'parser' }, { id: 'tests', after: ['parsr'] }]);
      const state = await run(one({ plan: [...wrong, ...wrong, ...wrong] }));
      assert.equal(state.status, 'failed');
      assert.match(state.error?.message ?? '', /"parsr".*Did you mean "parser"/);
      assert.deepEqual(await stage.files(), { 'a.txt': 'one\n' });
    });

    it('goes back with the feedback of the logic checker', async () => {
      const state = await run(
        one({
          ...works,
          plan: [...plan([{ id: 'other' }]), ...plan([{ id: 'add' }])],
          'check-plan/1': call('validate_work', {
            passed: false,
            issues: [],
            feedback: 'Incomplete.',
          }),
        }),
      );
      assert.equal(state.status, 'reviewing', state.error?.message);
      assert.equal(state.plan?.plan.tasks[0]?.id, 'add');
      const planner = state.conversations.find((each) => each.purpose.kind === 'plan');
      const note = planner?.turns[0]?.notes[0];
      assert.ok(note);
      assert.match(await stage.host.body(state.runId, note), /Incomplete\./);
    });

    it('is made anew when the person asks for changes, and approved by the new hash only', async () => {
      driver = await stage.host.start(
        'Do it',
        stage.provider(
          one({
            ...works,
            plan: [...plan([{ id: 'other' }]), ...plan([{ id: 'add' }])],
            'team/1': team(['other']),
          }),
        ),
      );
      driver.start();
      const first = await driver.idle();
      const [approval] = first.approvals;
      assert.ok(approval);
      await driver.decide(
        approval.approvalId,
        { decision: 'request-changes', feedback: 'Add b.' },
        't',
      );
      const second = await driver.idle();
      const again = second.approvals[1];
      assert.ok(again);
      const old = { decision: 'approve' as const, hash: approval.hash ?? '' };
      await assert.rejects(driver.decide(again.approvalId, old, 't'), { code: 'wrong-decision' });
      const state = await runUntilReview(driver);
      assert.equal(state.status, 'reviewing', state.error?.message);
    });

    it('ends the run when the person rejects it', async () => {
      driver = await stage.host.start('Do it', stage.provider(one(works)));
      driver.start();
      const { approvals } = await driver.idle();
      await driver.decide(approvals[0]?.approvalId ?? ('' as never), { decision: 'reject' }, 't');
      assert.equal((await driver.idle()).status, 'rejected');
    });
  });

  describe('an answer of the wrong form', () => {
    it('in prose is repaired by an appended message', async () => {
      const state = await run(one({ ...works, triage: [{ text: 'Well, hm.' }, ...complex] }));
      assert.equal(state.status, 'reviewing', state.error?.message);
    });

    it('in prose four times ends the run', async () => {
      const prose = { text: 'Well, hm.' };
      const state = await run(one({ triage: [prose, prose, prose, prose] }));
      assert.equal(state.status, 'failed');
      assert.match(state.error?.message ?? '', /prose/);
    });

    it('outside the schema is sent back with path and reason', async () => {
      const state = await run(
        one({
          ...works,
          triage: [
            ...call('analyze_request', {
              strategy: 'maybe',
              reasoning: 'r',
              needs_clarification: false,
            }),
            ...complex,
          ],
        }),
      );
      assert.equal(state.status, 'reviewing', state.error?.message);
      const ref = state.conversations[0]?.turns[0]?.calls[0]?.content;
      assert.ok(ref);
      assert.match(await stage.host.body(state.runId, ref), /- strategy: /);
    });

    it('outside the schema again and again ends the run with the reason', async () => {
      const wrong = call('analyze_request', { strategy: 'maybe' });
      const state = await run(one({ triage: [...wrong, ...wrong, ...wrong, ...wrong] }));
      assert.equal(state.status, 'failed');
      assert.match(state.error?.message ?? '', /strategy|reasoning/);
    });

    it('is given every one of its repairs', async () => {
      const prose = { text: 'Hm.' };
      const state = await run(one({ ...works, triage: [prose, prose, prose, ...complex] }));
      assert.equal(state.status, 'reviewing', state.error?.message);
    });

    it('counts once, however many calls of a turn do not fit', async () => {
      const bad = { name: 'read_file', input: { path: 7 } };
      const state = await run(
        one({ 'work/add': [{ calls: [bad, bad, bad, bad] }, ...creates('b.txt', 'b\n')] }),
      );
      assert.equal(state.tasks[0]?.status, 'done', state.tasks[0]?.error);
    });

    it('by an agent in prose does not end its task: it is told so, and goes on', async () => {
      const state = await run(one({ 'work/add': [{ text: 'Done!' }, ...creates('b.txt', 'b\n')] }));
      assert.deepEqual(
        state.changes?.files.map((file) => file.path),
        ['b.txt'],
      );
      const work = state.conversations.find((each) => each.purpose.kind === 'work');
      const note = work?.turns[0]?.notes[0];
      assert.ok(note);
      assert.match(await stage.host.body(state.runId, note), /Only a call of finish_task counts/);
    });

    it('by an agent in prose four times fails its task, and nothing of it is reviewed', async () => {
      const prose = { text: 'Done!' };
      const state = await run(one({ 'work/add': [prose, prose, prose, prose] }));
      assert.equal(state.error?.code, 'tasks-failed');
      assert.match(state.tasks[0]?.error ?? '', /No usable answer after 3 repairs: it answered in/);
      assert.deepEqual(
        stage.events.filter((event) => event.type === 'task:recorded'),
        [],
      );
    });

    it('that is empty where the person waits for prose is asked for again', async () => {
      const simple = { strategy: 'simple', reasoning: 'r', needs_clarification: false };
      const triage = call('analyze_request', simple);
      const thoughts = { text: 'Only thoughts.' };
      const provider = stage.provider(one({ triage, answer: [thoughts, { text: 'Forty-two.' }] }));
      const streamTurn: typeof provider.streamTurn = async (request, onText, signal) => {
        const answer = await provider.streamTurn(request, onText, signal);
        return answer.text === thoughts.text ? { ...answer, text: '' } : answer;
      };
      driver = await stage.host.start('Do it', { ...provider, streamTurn });
      const state = await runUntilReview(driver);
      assert.deepEqual([state.outcome, state.results], ['answered', 'Forty-two.']);
    });
  });

  describe('the team', () => {
    it('goes back for an unknown tool group and an unknown model, with what was meant', async () => {
      const state = await run(
        one({
          ...works,
          'team/1': [
            ...team(['add'], { tools: ['file_writ'], model: 'demo-smrt' }),
            ...team(['add']),
          ],
        }),
      );
      assert.equal(state.status, 'reviewing', state.error?.message);
      const conversation = state.conversations.find((each) => each.purpose.kind === 'team');
      const ref = conversation?.turns[0]?.calls[0]?.content;
      assert.ok(ref);
      const told = await stage.host.body(state.runId, ref);
      assert.match(told, /"file_writ".*Did you mean "file_write"/);
      assert.match(told, /"demo-smrt".*Did you mean "demo-smart"/);
    });

    it('runs with exactly the tools and the model that were declared', async () => {
      const state = await run(
        one({ ...works, 'team/1': team(['add'], { tools: ['file_write'], model: 'fast' }) }),
      );
      const work = state.conversations.find((each) => each.purpose.kind === 'work');
      assert.ok(work);
      assert.equal(work.model, 'demo-fast');
      const tools = JSON.parse(await stage.host.body(state.runId, work.tools)) as {
        name: string;
      }[];
      assert.deepEqual(
        tools.map((tool) => tool.name),
        ['create_file', 'delete_file', 'edit_file', 'finish_task', 'insert_text', 'move_file'],
      );
    });
  });

  describe('a task that did not come to its end', () => {
    const look = call('read_file', { path: 'a.txt' });
    const inTwoTurns = (work: ScriptInput['conversations'][string]) =>
      scriptOf([{ id: 'add' }, { id: 'other' }], {
        'team/1': team(['add', 'other'], { limits: { max_turns: 2 } }),
        'work/add': work,
        'work/other': creates('c.txt', 'c\n'),
      });
    const retried = async () => {
      await driver.retryTask(TaskId.parse('add'), 't');
      return (await runUntilReview(driver)).tasks[0];
    };

    it('has as many turns again when it is retried', async () => {
      const state = await run(inTwoTurns([...look, ...look, ...creates('b.txt', 'b\n')]));
      assert.match(state.tasks[0]?.error ?? '', /Not finished after 2 turns/);
      const again = await retried();
      assert.equal(again?.status, 'done', again?.error);
    });

    it('fails again after as many turns', async () => {
      await run(inTwoTurns([...look, ...look, ...look, ...look, ...look]));
      assert.match((await retried())?.error ?? '', /Not finished after 2 turns/);
      const work = driver.state.conversations.find((each) => each.conversationId === 'work/add');
      assert.equal(work?.turns.length, 4);
    });
  });

  describe('the review of a task', () => {
    const rejects = call('review_code', {
      approved: false,
      summary: 'A bug.',
      issues: [
        {
          severity: 'major',
          file: 'b.txt',
          line: 1,
          message: 'Wrong letter.',
          suggestion: 'Use c.',
        },
      ],
    });

    it('sends it back to the same agent in the same conversation and lane', async () => {
      const state = await run(
        one({
          'work/add': [
            ...creates('b.txt', 'b\n'),
            ...call('edit_file', { path: 'b.txt', old_str: 'b', new_str: 'c' }),
            ...finish,
          ],
          'review-code/add/1': rejects,
        }),
      );
      assert.equal(state.status, 'reviewing', state.error?.message);
      assert.equal(state.tasks[0]?.attempt, 2);
      assert.equal(state.retries, 1);
      const work = state.conversations.filter((each) => each.purpose.kind === 'work');
      assert.equal(work.length, 1);
      const note = work[0]?.turns[1]?.notes[0];
      assert.ok(note);
      assert.match(
        await stage.host.body(state.runId, note),
        /b\.txt:1: Wrong letter\. Suggestion: Use c\./,
      );
    });

    it('fails the task after three attempts, blocks what depends on it, and goes on with the rest', async () => {
      const state = await run(
        scriptOf(
          [
            { id: 'bad' },
            { id: 'after', after: ['bad'] },
            { id: 'last', after: ['after'] },
            { id: 'good' },
          ],
          {
            'work/bad': [...creates('b.txt', 'b\n'), ...finish, ...finish],
            'review-code/bad/*': rejects,
            'work/good': creates('g.txt', 'g\n'),
          },
        ),
      );
      const status = Object.fromEntries(state.tasks.map((task) => [task.task.id, task.status]));
      assert.deepEqual(status, { bad: 'failed', after: 'blocked', last: 'blocked', good: 'done' });
      assert.equal(state.tasks[0]?.attempt, 3);
      assert.equal(state.status, 'reviewing');
      assert.deepEqual(
        state.changes?.files.map((file) => file.path),
        ['g.txt'],
      );
    });

    it('skips the code reviewer where nothing changed', async () => {
      const state = await run(
        scriptOf([{ id: 'look', readOnly: true }], {
          'team/1': team(['look'], { tools: ['file_read'] }),
          'work/look': [...call('read_file', { path: 'a.txt' }), ...finish],
        }),
      );
      assert.deepEqual(
        state.tasks[0]?.verdicts.map((each) => each.reviewer),
        ['logic checker'],
      );
      assert.equal(state.outcome, 'nothing-to-apply');
    });

    it('shows the reviewers the diff and what the commands printed', async () => {
      const state = await run(
        one({
          'work/add': [
            ...call('create_file', { path: 'b.txt', content: 'b\n' }),
            ...call('run_command', { command: 'echo marvellous' }),
            ...finish,
          ],
        }),
      );
      const reviewer = state.conversations.find((each) => each.purpose.kind === 'review-code');
      assert.ok(reviewer);
      const brief = await stage.host.body(state.runId, reviewer.first);
      assert.match(brief, /\+b/);
      assert.match(brief, /\$ echo marvellous\n.*\n(?:.*\n)*?marvellous/);
    });
  });

  describe('permissions', () => {
    it('refuse a tool that the agent was not given, where it would run', async () => {
      const state = await run(
        scriptOf([{ id: 'look', readOnly: true }], {
          'team/1': team(['look'], { tools: ['file_read'] }),
          'work/look': [...call('create_file', { path: 'x.txt', content: 'x' }), ...finish],
        }),
      );
      const refused = state.conversations.find((each) => each.purpose.kind === 'work')?.turns[0]
        ?.calls[0];
      assert.equal(refused?.status, 'error');
      assert.match(refused?.summary ?? '', /create_file is refused/);
      assert.equal(state.outcome, 'nothing-to-apply');
    });

    const commanding = {
      'work/add': [
        ...call('run_command', { command: 'echo hi > b.txt' }),
        ...call('run_command', { command: 'echo ho >> b.txt' }),
        ...finish,
      ],
    };
    const untilAsked = async (): Promise<RunState> => {
      driver = await stage.host.start('Do it', stage.provider(one(commanding)));
      driver.start();
      const { approvals } = await driver.idle();
      await driver.decide(
        approvals[0]?.approvalId ?? ('' as never),
        { decision: 'approve', hash: approvals[0]?.hash ?? '' },
        't',
      );
      return driver.idle();
    };

    it('are asked for every command', async () => {
      const state = await untilAsked();
      assert.equal(state.tasks[0]?.status, 'waiting-for-you');
      await driver.decide(
        state.approvals[1]?.approvalId ?? ('' as never),
        { decision: 'allow-once' },
        't',
      );
      const next = await driver.idle();
      assert.equal(next.approvals.filter((each) => each.kind === 'command').length, 2);
      await driver.decide(
        next.approvals[2]?.approvalId ?? ('' as never),
        { decision: 'deny' },
        't',
      );
      const last = await driver.idle();
      assert.deepEqual(
        last.changes?.files.map((file) => [file.path, file.additions]),
        [['b.txt', 1]],
      );
    });

    it('given for the run are not asked for again', async () => {
      const state = await untilAsked();
      await driver.decide(
        state.approvals[1]?.approvalId ?? ('' as never),
        { decision: 'allow-run' },
        't',
      );
      const last = await driver.idle();
      assert.equal(last.approvals.filter((each) => each.kind === 'command').length, 1);
      assert.deepEqual(
        last.changes?.files.map((file) => [file.path, file.additions]),
        [['b.txt', 2]],
      );
    });
  });

  it('keeps the lanes of tasks apart from those of Muster, whatever a task is called', async () => {
    const state = await run(
      scriptOf([{ id: 'add' }, { id: 'explore-snapshot', after: ['add'] }], {
        'work/add': creates('b.txt', 'b\n'),
        'work/explore-snapshot': creates('c.txt', 'c\n'),
      }),
    );
    assert.deepEqual(
      state.changes?.files.map((file) => file.path),
      ['b.txt', 'c.txt'],
    );
  });

  it('carries out what stands behind finish_task in the same turn before it is reviewed', async () => {
    const [first, second] = ['b.txt', 'c.txt'].map((path) => ({
      name: 'create_file',
      input: { path, content: 'x\n' },
    }));
    const done = { name: 'finish_task', input: { summary: 'Done.' } };
    assert.ok(first && second);
    const state = await run(one({ 'work/add': [{ calls: [first, done, second] }] }));
    assert.deepEqual(
      state.changes?.files.map((file) => file.path),
      ['b.txt', 'c.txt'],
    );
  });

  it('is not misled by names that every object has', async () => {
    const state = await run(
      one({ ...works, 'team/1': [...team(['add'], { tools: ['toString'] }), ...team(['add'])] }),
    );
    assert.equal(state.status, 'reviewing', state.error?.message);
  });

  it('does not take overlapping places for one', async () => {
    const state = await run(
      one({
        'work/add': [
          ...call('create_file', { path: 'b.txt', content: 'a\na\na\n' }),
          ...call('edit_file', { path: 'b.txt', old_str: 'a\na', new_str: 'x' }),
          ...finish,
        ],
      }),
    );
    const work = state.conversations.find((each) => each.purpose.kind === 'work');
    assert.match(work?.turns[1]?.calls[0]?.summary ?? '', /occurs 2 times/);
  });

  it('gives a tool error to the model as a result it can act on', async () => {
    const state = await run(
      one({
        'work/add': [
          ...call('edit_file', { path: 'a.txt', old_str: 'nowhere', new_str: 'x' }),
          ...call('create_file', { path: 'twice.txt', content: 'x\ny\nx\n' }),
          ...call('edit_file', { path: 'twice.txt', old_str: 'x', new_str: 'z' }),
          ...call('read_file', { path: '../outside' }),
          ...finish,
        ],
      }),
    );
    const calls =
      state.conversations
        .find((each) => each.purpose.kind === 'work')
        ?.turns.flatMap((turn) => turn.calls) ?? [];
    assert.deepEqual(
      calls.map((each) => each.status),
      ['error', 'ok', 'error', 'error', 'ok'],
    );
    assert.match(calls[2]?.summary ?? '', /occurs 2 times in twice\.txt, at lines 1, 3/);
  });

  it('ends a run whose model gives no answer, with the reason', async () => {
    const state = await run(
      one({ ...works, plan: [{ fault: { status: 500, message: 'broken' } }] }),
    );
    assert.equal(state.status, 'failed');
    assert.ok(state.error?.message);
  });
});
