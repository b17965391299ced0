/** An edited plan and team: what is wrong is named with its task or agent and its field. */
import assert from 'node:assert/strict';
import { checkEdit } from '../../../../src/engine/plan/check-edit.ts';
import { plan, team } from '../../../support/panel-preview/sample-plan.ts';

const facts = {
  limits: { maxTasks: 6 },
  models: {
    tiers: { smart: 'claude-opus-5-5', balanced: 'claude-sonnet-5-5', fast: 'claude-haiku-5-5' },
    known: ['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-5-5'],
  },
};

type Loose = Record<string, unknown>;
type LooseEdit = {
  plan: Loose & { tasks: Loose[] };
  team: Loose & { agents: Loose[]; task_assignments: Loose[] };
};

/** The fixture's plan and team, changed as a person's file or panel might. */
function edited(change: (edit: LooseEdit) => void): LooseEdit {
  const edit = structuredClone({ plan, team }) as unknown as LooseEdit;
  change(edit);
  return edit;
}

function problemsOf(change: (edit: LooseEdit) => void): string[] {
  const checked = checkEdit(edited(change), facts);
  assert.ok(!checked.ok);
  return checked.problems.map(({ task, agent, field, message }) => {
    const where = [task, agent, field].filter((each) => each !== undefined).join(' ');
    return `${where} | ${message}`;
  });
}

const first = (items: Loose[]): Loose => items[0] ?? {};

describe('The check of an edited plan', () => {
  it('passes what was there, and spells out the model of a tier', () => {
    const edit = edited(({ team: { agents } }) => {
      first(agents).model = 'smart';
    });
    const checked = checkEdit(edit, facts);
    assert.ok(checked.ok, JSON.stringify(checked));
    assert.deepEqual(checked.plan, plan);
    assert.equal(checked.team.agents[0]?.model, 'claude-opus-5-5');
  });

  it('names task and field of what does not fit the schema, in plain words', () => {
    const problems = problemsOf(({ plan: { tasks } }) => {
      first(tasks).title = ' ';
      first(tasks).acceptance_criteria = [];
      first(tasks).specialization = 'x'.repeat(81);
      first(tasks).priority = 11;
      delete tasks[1]?.description;
    });
    assert.deepEqual(problems, [
      'parser title | Task "parser", title: this must not be empty.',
      'parser specialization | Task "parser", specialization: at most 80 characters are taken.',
      'parser priority | Task "parser", priority: Too big: expected number to be <=10.',
      'parser acceptance_criteria | Task "parser", acceptance criteria: at least one is needed.',
      'week-numbers description | Task "week-numbers", description: Invalid input: expected string, received undefined.',
    ]);
  });

  it('names agent and field, also of a limit and of a tool group that is none', () => {
    const problems = problemsOf(({ team: { agents } }) => {
      first(agents).system_prompt = '';
      first(agents).limits = { max_turns: 0 };
      Object.assign(agents[1] ?? {}, { tools: ['telepathy'] });
    });
    assert.deepEqual(
      problems.map((each) => each.split(' | ')[0]),
      ['Calendar engineer system_prompt', 'Calendar engineer max_turns', 'Housekeeper tools'],
    );
  });

  it('says what is no plan and no team at all', () => {
    const checked = checkEdit({ plan: 'later', team: undefined }, facts);
    assert.ok(!checked.ok);
    assert.equal(checked.problems.length, 2);
  });

  it('finds a circle, and names it at the task where it begins', () => {
    const [problem] = problemsOf(({ plan: { tasks } }) => {
      first(tasks).dependencies = ['tests'];
    });
    assert.match(
      problem ?? '',
      /^parser dependencies \| The tasks wait for each other in a circle/,
    );
  });

  it('finds a task without an agent, one with two, and an agent without a task', () => {
    const problems = problemsOf(({ team: { task_assignments } }) => {
      task_assignments[1] = { agent: 'Test author', tasks: ['parser'] };
    });
    assert.deepEqual(
      problems.map((each) => each.split(' | ')[0]),
      ['Housekeeper', 'parser agent', 'remove-moment agent'],
    );
  });

  it('finds writing beside a right to read only, of groups and of tasks', () => {
    const problems = problemsOf(({ team: { agents } }) => {
      first(agents).permission = 'read_only';
    });
    assert.deepEqual(
      problems.map((each) => each.split(' | ')[0]),
      [
        'Calendar engineer tools',
        'parser Calendar engineer permission',
        'week-numbers Calendar engineer permission',
      ],
    );
  });

  it('finds models that the provider does not have, of an agent and of a task', () => {
    const problems = problemsOf((edit) => {
      first(edit.plan.tasks).model = 'gpt-2';
      first(edit.team.agents).model = 'claude-sonet-5-5';
    });
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? '', /^parser model \| .*which the provider does not offer/);
    assert.match(problems[1] ?? '', /^Calendar engineer model \| .*mean "claude-sonnet-5-5"/);
  });

  it('holds the plan to the number of tasks that the run allows', () => {
    const problems = problemsOf(({ plan: { tasks }, team: { task_assignments } }) => {
      for (const id of ['more-1', 'more-2']) {
        tasks.push({ ...first(tasks), id });
        task_assignments.push({ agent: 'Housekeeper', tasks: [id] });
      }
    });
    assert.deepEqual(problems, ['tasks | The plan has 7 tasks; at most 6 are allowed.']);
  });
});
