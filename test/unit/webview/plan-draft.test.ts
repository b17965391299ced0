/** The draft of an edited plan: what was not touched is sent as it was, and what was is sent as typed. */
import assert from 'node:assert/strict';
import { checkEdit } from '../../../src/engine/plan/check-edit.ts';
import type { DraftTask, PlanDraft } from '../../../src/shared/edit-draft.ts';
import { TaskId } from '../../../src/shared/ids.ts';
import { Plan } from '../../../src/shared/plan.ts';
import { Team } from '../../../src/shared/team.ts';
import {
  addAgent,
  addTask,
  changeAgent,
  changeTask,
  draftOf,
  parseDraft,
  proposalOf,
  removeAgent,
  removeTask,
  type Shown,
  standingOf,
} from '../../../src/webview/plan-draft.ts';
import { plan, team } from '../../support/panel-preview/sample-plan.ts';

const limited = Team.parse({
  ...team,
  agents: team.agents.map((agent, index) =>
    index === 0 ? { ...agent, limits: { max_turns: 30 } } : agent,
  ),
});
const shown = { plan, team: limited, hash: 'a'.repeat(64) };
const draft = draftOf(shown);
const id = (name: string) => TaskId.parse(name);
const models = { smart: 'large', balanced: 'middle', fast: 'small' };
const standing = (of: PlanDraft, now: Shown) => standingOf(of, now, models);

function sent(from: PlanDraft): { plan: Plan; team: Team } {
  const proposal = proposalOf(from);
  return { plan: Plan.parse(proposal.plan), team: Team.parse(proposal.team) };
}

function taskIn(from: PlanDraft, name: string): DraftTask {
  const found = from.tasks.find((each) => each.task.id === name);
  assert.ok(found);
  return found.task;
}

describe('the draft of a plan', () => {
  it('sends plan and team as they are shown while nothing is changed', () => {
    assert.deepEqual(sent(draft), { plan, team: limited });
    assert.equal(standing(draft, shown), 'unchanged');
  });

  it('is the same after it was stored and read again, and nothing where that does not fit', () => {
    assert.deepEqual(parseDraft(JSON.stringify(draft)), draft);
    for (const stored of [undefined, '', '{', '{"basedOn":"x"}', '[]']) {
      assert.equal(parseDraft(stored), undefined);
    }
  });

  it('is changed by every field, and unchanged again when it is put back', () => {
    const before = taskIn(draft, 'parser');
    const task = { ...before, title: 'Other' };
    const changed = changeTask(draft, id('parser'), { task });
    assert.equal(standing(changed, shown), 'unsaved');
    assert.equal(sent(changed).plan.tasks[0]?.title, 'Other');
    const back = changeTask(changed, id('parser'), { task: before });
    assert.equal(standing(back, shown), 'unchanged');
  });

  it('is stale when another edit came in between, and settled when that edit was itself', () => {
    const mine = changeTask(draft, id('parser'), {
      task: { ...taskIn(draft, 'parser'), title: 'Mine' },
    });
    const moved = { ...shown, hash: 'b'.repeat(64) };
    assert.equal(standing(mine, moved), 'stale');
    assert.equal(standing(mine, { ...moved, plan: sent(mine).plan }), 'settled');
  });

  it('is settled also where the check trimmed it and put ids for the models of new agents', () => {
    const before = taskIn(draft, 'parser');
    const more = addAgent(draft);
    const key = more.agents.at(-1)?.key ?? '';
    const task = { ...before, title: ' Mine ' };
    const titled = changeTask(more, id('parser'), { task, agent: key });
    const limits = { max_usd: '1', max_turns: '9' };
    const named = changeAgent(titled, key, {
      name: 'New',
      type: 'Any',
      system_prompt: 'Go.',
      permission: 'read_write',
      limits,
    });
    const checked = checkEdit(proposalOf(named), {
      limits: { maxTasks: 50 },
      models: {
        tiers: models,
        known: [...Object.values(models), ...limited.agents.map((each) => each.model)],
      },
    });
    assert.ok(checked.ok);
    const now = { plan: checked.plan, team: checked.team, hash: 'b'.repeat(64) };
    assert.equal(standing(named, now), 'settled');
    assert.equal(standing(changeAgent(named, key, { model: 'fast' }), now), 'stale');
  });

  it('leaves out empty lines, an empty list of files and a model that was taken back', () => {
    const task = {
      ...taskIn(draft, 'parser'),
      acceptance_criteria: ['one', ' ', 'two', ''],
      files: [''],
      model: '',
    };
    const [first] = sent(changeTask(draft, id('parser'), { task })).plan.tasks;
    assert.deepEqual(first?.acceptance_criteria, ['one', 'two']);
    assert.ok(first && !('files' in first) && !('model' in first));
  });

  it('keeps an entry of several lines in one piece while its list is not touched', () => {
    const [first, ...rest] = plan.tasks;
    assert.ok(first);
    const criteria = ['first line\nsecond line'];
    const tasks = [{ ...first, acceptance_criteria: criteria }, ...rest];
    const wrapped = { ...shown, plan: { ...plan, tasks } };
    assert.deepEqual(sent(draftOf(wrapped)).plan.tasks[0]?.acceptance_criteria, criteria);
  });

  it('gives a task to another agent, and follows an agent that is renamed', () => {
    const moved = changeTask(draft, id('tests'), { agent: 'agent-2' });
    const renamed = changeAgent(moved, 'agent-2', { name: 'Sweeper' });
    assert.deepEqual(sent(renamed).team.task_assignments, [
      { agent: 'Calendar engineer', tasks: ['parser', 'week-numbers'] },
      { agent: 'Sweeper', tasks: ['remove-moment', 'tests'] },
      { agent: 'API reviewer', tasks: ['audit'] },
    ]);
  });

  it('removes a task, and with it the waiting for it', () => {
    const without = removeTask(draft, id('parser'));
    assert.deepEqual(taskIn(without, 'tests').dependencies, ['week-numbers']);
    const names = sent(without).team.task_assignments[0]?.tasks;
    assert.deepEqual(names, ['week-numbers']);
  });

  it('adds tasks and agents under names of their own, and leaves orphans for the check to name', () => {
    const more = addTask(addTask(draft));
    const ids = more.tasks.slice(-2).map((each) => each.task.id);
    assert.deepEqual(ids, ['added-1', 'added-2']);
    const again = addTask(removeTask(more, id('added-1')));
    assert.equal(again.tasks.at(-1)?.task.id, 'added-1');
    assert.equal(addAgent(draft).agents.at(-1)?.key, 'agent-5');
    const orphaned = removeAgent(draft, 'agent-4');
    assert.equal(orphaned.tasks.at(-1)?.agent, '');
    const assigned = sent(orphaned).team.task_assignments.flatMap((each) => each.tasks);
    assert.ok(!assigned.includes(id('audit')));
  });

  it('sends a limit as a number, leaves an empty one out, and hands on what is no number', () => {
    const limitsWith = (text: string) => {
      const limits = { max_turns: text };
      const { team: proposed } = proposalOf(changeAgent(draft, 'agent-1', { limits }));
      return (proposed as { agents: Array<{ limits?: unknown }> }).agents[0]?.limits;
    };
    assert.deepEqual(limitsWith('12'), { max_turns: 12 });
    assert.equal(limitsWith(' '), undefined);
    assert.deepEqual(limitsWith('many'), { max_turns: 'many' });
  });
});
