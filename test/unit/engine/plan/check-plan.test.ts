/** The form of a plan: what is wrong with it is named, and what is right passes. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkPlan } from '../../../../src/engine/plan/check-plan.ts';
import { Plan } from '../../../../src/shared/plan.ts';

/** `id` or `id: dependency dependency` for each task. */
function plan(...lines: string[]): Plan {
  return Plan.parse({
    summary: 's',
    assumptions: [],
    risks: [],
    tasks: lines.map((line) => {
      const [id, ...dependencies] = line.split(/[: ]+/).filter(Boolean);
      return {
        id,
        title: `Task ${id}`,
        description: 'd',
        specialization: 'x',
        dependencies,
        priority: 5,
        acceptance_criteria: ['c'],
        permission: 'read_write',
      };
    }),
  });
}

const limits = { maxTasks: 5 };
const messages = (...lines: string[]) =>
  checkPlan(plan(...lines), limits).issues.map((issue) => issue.message);

describe('The check of a plan', () => {
  it('passes a graph without mistakes, and says nothing', () => {
    assert.deepEqual(checkPlan(plan('a', 'b: a', 'c: a b'), limits), {
      passed: true,
      issues: [],
      feedback: '',
    });
  });

  it('finds two tasks of one id, also where only the case differs', () => {
    assert.deepEqual(messages('a', 'b', 'a'), ['Two tasks have the id "a".']);
    assert.match(messages('Parser', 'parser').join(), /Two tasks have the id "[Pp]arser"/);
  });

  it('finds a dependency that is not there, with the name that was meant', () => {
    assert.deepEqual(messages('parser', 'tests: parsr'), [
      'Task "tests" depends on "parsr", which is not in the plan. Did you mean "parser"?',
    ]);
    assert.deepEqual(messages('a', 'b: unheard-of'), [
      'Task "b" depends on "unheard-of", which is not in the plan.',
    ]);
  });

  it('finds a task that waits for itself', () => {
    assert.deepEqual(messages('a: a'), ['Task "a" depends on itself.']);
  });

  it('names a circle', () => {
    assert.deepEqual(messages('a: c', 'b: a', 'c: b'), [
      'The tasks wait for each other in a circle: a → c → b → a.',
    ]);
  });

  it('refuses more tasks than are allowed', () => {
    assert.deepEqual(messages('a', 'b', 'c', 'd', 'e'), []);
    assert.deepEqual(messages('a', 'b', 'c', 'd', 'e', 'f'), [
      'The plan has 6 tasks; at most 5 are allowed.',
    ]);
  });

  it('names every mistake at once, each with its task, and asks for the whole plan', () => {
    const { passed, issues, feedback } = checkPlan(plan('a: x y', 'b: b', 'b'), limits);
    assert.equal(passed, false);
    assert.deepEqual(
      issues.map(({ severity, task_id }) => [severity, task_id]),
      [
        ['critical', 'b'],
        ['critical', 'a'],
        ['critical', 'a'],
        ['critical', 'b'],
      ],
    );
    assert.match(feedback, /4 mistakes.*generate_plan again with the whole plan/);
    assert.match(checkPlan(plan('a: a'), limits).feedback, /has a mistake/);
  });
});
