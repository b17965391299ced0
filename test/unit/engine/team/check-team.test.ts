/** A team is what was declared, spelled out; what does not fit is named, and nothing falls back. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkTeam } from '../../../../src/engine/team/check-team.ts';
import { Plan } from '../../../../src/shared/plan.ts';
import { type Team, TeamProposal } from '../../../../src/shared/team.ts';

const plan = Plan.parse({
  summary: 's',
  assumptions: [],
  risks: [],
  tasks: [
    ['code', 'read_write'],
    ['look', 'read_only'],
  ].map(([id, permission]) => ({
    id,
    title: 't',
    description: 'd',
    specialization: 'x',
    dependencies: [],
    priority: 5,
    acceptance_criteria: ['c'],
    permission,
  })),
});
const models = {
  tiers: { smart: 'big-1', balanced: 'mid-1', fast: 'small-1' },
  known: ['big-1', 'mid-1', 'small-1', 'odd-2'],
};

const ada = {
  name: 'Ada',
  type: 'coder',
  system_prompt: 'You code.',
  skills: ['ts'],
  tools: ['file_write', 'file_read'],
  model: 'balanced',
};
const bob = { ...ada, name: 'Bob', tools: ['search', 'file_read'], model: 'odd-2' };
const both = [
  { agent: 'Ada', tasks: ['code'] },
  { agent: 'Bob', tasks: ['look'] },
];

const check = (agents: unknown[], assignments: unknown[] = both) =>
  checkTeam(TeamProposal.parse({ agents, task_assignments: assignments }), plan, models);
function teamOf(agents: unknown[], assignments?: unknown[]): Team {
  const checked = check(agents, assignments);
  assert.ok(checked.ok, JSON.stringify(checked));
  return checked.team;
}
function problemsOf(agents: unknown[], assignments?: unknown[]): string[] {
  const checked = check(agents, assignments);
  assert.ok(!checked.ok);
  return checked.problems.map((each) => each.message);
}

describe('The check of a team', () => {
  it('spells out groups in one order, the model of a tier, and the permission of the tasks', () => {
    const { agents, task_assignments } = teamOf([ada, bob]);
    assert.deepEqual(
      agents.map(({ tools, model, permission }) => ({ tools, model, permission })),
      [
        { tools: ['file_read', 'file_write'], model: 'mid-1', permission: 'read_write' },
        { tools: ['file_read', 'search'], model: 'odd-2', permission: 'read_only' },
      ],
    );
    assert.deepEqual(task_assignments, both);
    assert.equal(agents[0]?.system_prompt, 'You code.');
  });

  it('keeps the permission that was declared, and the limits', () => {
    const limits = { max_turns: 7 };
    const [, second] = teamOf([ada, { ...bob, permission: 'read_write', limits }]).agents;
    assert.deepEqual([second?.permission, second?.limits], ['read_write', limits]);
  });

  for (const [synonym, groups] of [
    ['file_operations', ['file_read', 'file_write']],
    ['git_operations', ['git_read', 'git_write']],
    ['database_operations', ['terminal']],
    ['api_testing', ['terminal']],
  ] as const) {
    it(`takes ${synonym} for ${groups.join(' and ')}, once`, () => {
      const [first] = teamOf([{ ...ada, tools: [synonym, ...groups] }, bob]).agents;
      assert.deepEqual(first?.tools, groups);
    });
  }

  it('refuses a group that does not exist', () => {
    for (const name of ['git', 'Terminal', ' terminal', 'file_read,search']) {
      const [problem = ''] = problemsOf([{ ...ada, tools: [name] }, bob]);
      assert.match(problem, /^Agent "Ada" has the tool group ".*", which does not exist\. Known/);
    }
    assert.match(problemsOf([{ ...ada, tools: ['terminl'] }, bob])[0] ?? '', /mean "terminal"/);
  });

  it('refuses a writing group for whom only reads, also through a synonym', () => {
    assert.deepEqual(problemsOf([ada, { ...bob, tools: ['api_testing'] }]), [
      'Agent "Bob" is read_only but has the writing group terminal.',
    ]);
    assert.deepEqual(problemsOf([ada, { ...bob, tools: ['file_operations', 'terminal'] }]), [
      'Agent "Bob" is read_only but has the writing groups file_write, terminal.',
    ]);
  });

  it('refuses to let a reader do what writes', () => {
    assert.deepEqual(problemsOf([{ ...ada, tools: [], permission: 'read_only' }, bob]), [
      'Agent "Ada" is read_only but its task "code" is read_write.',
    ]);
  });

  it('refuses a model that the provider does not have, with what was meant', () => {
    assert.deepEqual(problemsOf([{ ...ada, model: 'od-2' }, bob]), [
      'Agent "Ada" has the model "od-2", which the provider does not offer. Known: smart, balanced, fast, big-1, mid-1, small-1, odd-2. Did you mean "odd-2"?',
    ]);
  });

  it('refuses two agents of one name, and one without a task', () => {
    assert.match(problemsOf([ada, ada, bob]).join('\n'), /Two agents have the name "Ada"/);
    assert.deepEqual(problemsOf([ada, bob, { ...bob, name: 'Cem' }]), [
      'Agent "Cem" has no task; leave it out or assign one.',
    ]);
  });

  it('wants exactly one agent for each task', () => {
    const [one, two] = both;
    assert.match(problemsOf([ada, bob], [one]).join('\n'), /Task "look" has no agent\./);
    assert.deepEqual(problemsOf([ada, bob], [one, { agent: 'Bob', tasks: ['look', 'code'] }]), [
      'Task "code" has 2 agents: Ada, Bob. It needs exactly one.',
    ]);
    assert.deepEqual(problemsOf([ada, bob], [one, two, one]), [
      'Task "code" has 2 agents: Ada, Ada. It needs exactly one.',
    ]);
  });

  it('refuses assignments to nobody and of nothing, with what was meant', () => {
    assert.deepEqual(problemsOf([ada, bob], [...both, { agent: 'Bbo', tasks: ['lok'] }]), [
      'Tasks are assigned to "Bbo", who is not in the team.',
      '"Bbo" is assigned "lok", which is not in the plan. Did you mean "look"?',
    ]);
  });

  it('names everything that is wrong at once', () => {
    assert.equal(
      problemsOf([
        { ...ada, model: 'x', tools: ['y'] },
        { ...bob, model: 'z' },
      ]).length,
      3,
    );
  });
});
