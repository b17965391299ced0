/** The loops of tasks: what is sent back, how often, and what is given up when it does not help. */
import assert from 'node:assert/strict';
import { TaskId } from '../../../src/shared/ids.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import { call, creates, finish, scriptOf, team } from '../../support/runs/script-parts.ts';
import { runUntilReview, type ScriptInput } from '../../support/runs/scripted-run.ts';
import { stagedRuns } from '../../support/runs/staged-run.ts';

describe('the loops of tasks', () => {
  const at = stagedRuns();
  const { run } = at;
  const one = (conversations: ScriptInput['conversations']) =>
    scriptOf([{ id: 'add' }], conversations);
  const works = { 'work/add': creates('b.txt', 'b\n') };

  describe('a task that did not come to its end', () => {
    const look = call('read_file', { path: 'a.txt' });
    const inTwoTurns = (work: ScriptInput['conversations'][string]) =>
      scriptOf([{ id: 'add' }, { id: 'other' }], {
        'team/1': team(['add', 'other'], { limits: { max_turns: 2 } }),
        'work/add': work,
        'work/other': creates('c.txt', 'c\n'),
      });
    const retried = async () => {
      await at.driver.retryTask(TaskId.parse('add'), 't');
      return (await runUntilReview(at.driver)).tasks[0];
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
      const work = at.driver.state.conversations.find((each) => each.conversationId === 'work/add');
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
        await at.stage.host.body(state.runId, note),
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
      const brief = await at.stage.host.body(state.runId, reviewer.first);
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
      await at.begin(one(commanding));
      at.driver.start();
      const { approvals } = await at.driver.idle();
      await at.driver.decide(
        approvals[0]?.approvalId ?? ('' as never),
        { decision: 'approve', hash: approvals[0]?.hash ?? '' },
        't',
      );
      return at.driver.idle();
    };

    it('are asked for every command', async () => {
      const state = await untilAsked();
      assert.equal(state.tasks[0]?.status, 'waiting-for-you');
      await at.driver.decide(
        state.approvals[1]?.approvalId ?? ('' as never),
        { decision: 'allow-once' },
        't',
      );
      const next = await at.driver.idle();
      assert.equal(next.approvals.filter((each) => each.kind === 'command').length, 2);
      await at.driver.decide(
        next.approvals[2]?.approvalId ?? ('' as never),
        { decision: 'deny' },
        't',
      );
      const last = await at.driver.idle();
      assert.deepEqual(
        last.changes?.files.map((file) => [file.path, file.additions]),
        [['b.txt', 1]],
      );
    });

    it('given for the run are not asked for again', async () => {
      const state = await untilAsked();
      await at.driver.decide(
        state.approvals[1]?.approvalId ?? ('' as never),
        { decision: 'allow-run' },
        't',
      );
      const last = await at.driver.idle();
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
