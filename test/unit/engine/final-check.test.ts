/** The check of everything together, after the last merge. */
import assert from 'node:assert/strict';
import type { RunState } from '../../../src/shared/run-state.ts';
import { call, creates, finish, passes, scriptOf } from '../../support/runs/script-parts.ts';
import {
  openStage,
  runUntilReview,
  type ScriptInput,
  type Stage,
} from '../../support/runs/scripted-run.ts';

const fails = call('validate_work', {
  passed: false,
  issues: [
    {
      severity: 'major',
      task_id: 'two',
      message: 'b.txt and c.txt disagree.',
      suggestion: 'Mend c.txt.',
    },
  ],
  feedback: 'The parts do not fit.',
});

describe('the final check', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
  });
  afterEach(() => stage.close());

  const twoTasks = {
    'work/one': creates('b.txt', 'b\n'),
    'work/two': creates('c.txt', 'c\n'),
  };
  const run = async (conversations: ScriptInput['conversations']): Promise<RunState> => {
    const script = scriptOf([{ id: 'one' }, { id: 'two' }], conversations);
    return runUntilReview(await stage.host.start('Do it', stage.provider(script)));
  };

  it('sees the whole diff and can run commands at the run head', async () => {
    const state = await run({
      ...twoTasks,
      'final-check/1': [...call('run_command', { command: 'cat b.txt c.txt' }), ...passes],
    });
    assert.equal(state.status, 'reviewing', state.error?.message);
    const check = state.conversations.find((each) => each.purpose.kind === 'final-check');
    assert.ok(check);
    const brief = await stage.host.body(state.runId, check.first);
    assert.match(brief, /^Conversation: final-check\/1\n/);
    assert.match(brief, /\+b/);
    assert.match(brief, /\+c/);
    const ref = check.turns[0]?.calls[0]?.content;
    assert.ok(ref);
    assert.match(await stage.host.body(state.runId, ref), /b\nc/);
    assert.deepEqual(
      state.finalChecks.map((each) => each.passed),
      [true],
    );
  });

  it('has what it finds mended by one task, which is reviewed, and checks again', async () => {
    const state = await run({
      ...twoTasks,
      'final-check/1': fails,
      'work/final-repair': [
        ...call('edit_file', { path: 'c.txt', old_str: 'c', new_str: 'b' }),
        ...finish,
      ],
    });
    assert.equal(state.status, 'reviewing', state.error?.message);
    assert.deepEqual(
      state.finalChecks.map((each) => each.passed),
      [false, true],
    );
    const repair = state.tasks.at(-1);
    assert.equal(repair?.task.id, 'final-repair');
    assert.equal(repair?.status, 'done');
    assert.equal(repair?.verdicts.length, 2);
    assert.match(repair?.task.description ?? '', /b\.txt and c\.txt disagree/);
    assert.equal(state.tasks.length, 3);
  });

  it('tells the person when one repair was not enough, and repairs no more', async () => {
    const state = await run({
      ...twoTasks,
      'final-check/*': fails,
      'work/final-repair': creates('d.txt', 'd\n'),
    });
    assert.equal(state.status, 'reviewing');
    assert.deepEqual(
      state.finalChecks.map((each) => each.passed),
      [false, false],
    );
    assert.equal(state.tasks.length, 3);
  });

  it('that gives no usable answer loses nothing', async () => {
    const prose = { text: 'Looks fine.' };
    const state = await run({ ...twoTasks, 'final-check/1': [prose, prose, prose, prose] });
    assert.equal(state.status, 'reviewing');
    assert.deepEqual(
      state.finalChecks.map((each) => [each.by, each.passed]),
      [['nobody', false]],
    );
    assert.equal(state.changes?.files.length, 2);
  });

  it('is not made of a single task, whose review has judged the whole', async () => {
    const script = scriptOf([{ id: 'one' }], { 'work/one': creates('b.txt', 'b\n') });
    const state = await runUntilReview(await stage.host.start('Do it', stage.provider(script)));
    assert.equal(state.finalChecks.length, 0);
  });
});
