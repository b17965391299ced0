/** The first message of each conversation says what it is about, and nothing that the run does not know. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { briefFor } from '../../../../src/engine/prompts/briefs.ts';
import { conversationIdOf } from '../../../../src/shared/conversation-id.ts';
import { TaskId } from '../../../../src/shared/ids.ts';
import type { Purpose } from '../../../../src/shared/purpose.ts';
import type { RunState } from '../../../../src/shared/run-state.ts';
import { reviewing } from '../../../support/panel-preview/change-log.ts';
import { stateOf } from '../../../support/panel-preview/log-parts.ts';
import * as logs from '../../../support/panel-preview/run-log.ts';
import { plan } from '../../../support/panel-preview/sample-plan.ts';

const [first, last] = [plan.tasks[0], plan.tasks.at(-1)];
const taskId = first?.id ?? TaskId.parse('none');
const purposes: Purpose[] = [
  { kind: 'triage' },
  { kind: 'clarify' },
  { kind: 'answer' },
  { kind: 'plan' },
  { kind: 'check-plan', version: 1 },
  { kind: 'team', version: 1 },
  { kind: 'work', taskId },
  { kind: 'review-code', taskId, round: 1 },
  { kind: 'validate-work', taskId, round: 1 },
];
const material = {
  files: ['src/a.ts', 'src/b.ts'],
  diff: '+added line',
  commands: [{ line: 'npm test', exitCode: '0', output: '12 passed' }],
  models: ['model-x'],
};
const brief = (state: RunState, purpose: Purpose, given = material) =>
  briefFor(state, purpose, given);

describe('The brief of a conversation', () => {
  const state = stateOf(reviewing);

  for (const purpose of purposes) {
    const id = conversationIdOf(purpose);
    it(`names it in its first line, and tells the request (${id})`, () => {
      const text = brief(state, purpose);
      assert.equal(text.split('\n')[0], `Conversation: ${id}`);
      assert.ok(text.includes(`\n${state.request}`));
      assert.equal(brief(state, purpose), text, 'the same bytes each time');
    });

    it(`has no word for what there is not (${id})`, () => {
      const started = 'taskId' in purpose ? logs.executing : logs.beginning;
      for (const text of [
        brief(stateOf(started), purpose, {} as typeof material),
        brief(state, purpose, {} as typeof material),
        brief(state, purpose),
      ]) {
        assert.doesNotMatch(text, /undefined|null|\[object|NaN/);
      }
    });
  }

  it('has the answers of the person, and says which are defaults', () => {
    const answers = [
      { id: 'a', question: 'Which?', answer: 'This.', defaulted: false },
      { id: 'b', question: 'When?', answer: 'Now.', defaulted: true },
    ];
    assert.match(
      brief({ ...state, answers }, { kind: 'plan' }),
      /- Which\?\n {2}This\.\n- When\?\n {2}Now\. \(the default\)/,
    );
  });

  it('of the planner has a first look at the files', () => {
    assert.match(
      brief(state, { kind: 'plan' }),
      /## Files of the workspace[^\n]*\nsrc\/a\.ts\nsrc\/b\.ts$/,
    );
  });

  it('of the logic checker and the orchestrator has the whole plan', () => {
    for (const purpose of purposes.slice(4, 6)) {
      const text = brief(state, purpose);
      for (const task of plan.tasks) {
        assert.ok(text.includes(`### Task ${task.id}\n${task.title}`));
        for (const criterion of task.acceptance_criteria)
          assert.ok(text.includes(`- ${criterion}`));
      }
    }
    assert.match(
      brief(state, { kind: 'team', version: 1 }),
      /## Models\nsmart, balanced, fast, model-x$/,
    );
  });

  it('of an agent has its own task and no other, and what was done before it', () => {
    assert.ok(first && last);
    const text = brief(state, { kind: 'work', taskId: last.id });
    assert.ok(text.includes(last.description) && !text.includes(first.description));
    const before = state.tasks.filter((task) => last.dependencies.includes(task.task.id));
    assert.ok(before.length > 0);
    for (const { task, recorded } of before) {
      assert.ok(text.includes(`- ${task.title} (`) && text.includes(recorded?.summary ?? '-'));
    }
  });

  it('of a reviewer has task, summary, diff, commands and earlier objections', () => {
    const objection = {
      reviewer: 'code reviewer' as const,
      round: 1,
      attempt: 1,
      passed: false,
      summary: 'It is wrong.',
      issues: [],
    };
    const tasks = state.tasks.map((task) =>
      task.task.id === taskId ? { ...task, verdicts: [objection] } : task,
    );
    const text = brief({ ...state, tasks }, { kind: 'review-code', taskId, round: 2 });
    for (const part of [
      `## The task\n${first?.title}`,
      `## The agent's own summary\n${tasks[0]?.recorded?.summary}`,
      '## The diff\n+added line',
      '$ npm test\n(exit code 0)\n12 passed',
      '- code reviewer, attempt 1: It is wrong.',
    ]) {
      assert.ok(text.includes(part), part);
    }
  });

  it('of a reviewer says when there is no diff and no command, and cuts a long diff', () => {
    const purpose = { kind: 'review-code', taskId, round: 1 } as const;
    const none = brief(state, purpose, { ...material, diff: '', commands: [] });
    assert.match(
      none,
      /## The diff\nNo file was changed\.\n\n## Commands that the agent ran\nNone\./,
    );
    const long = brief(state, purpose, { ...material, diff: '+x\n'.repeat(100_000) });
    assert.match(long, /\[… 180000 characters cut out here; read the files for the rest …\]/);
    assert.ok(long.length < 130_000);
  });

  it('refuses a task that is not in the run', () => {
    assert.throws(() => brief(state, { kind: 'work', taskId: TaskId.parse('nobody') }), /nobody/);
  });
});
