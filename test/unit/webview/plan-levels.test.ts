/** What waits for what, level by level. */
import assert from 'node:assert/strict';
import { Task } from '../../../src/shared/plan.ts';
import { planLevels } from '../../../src/webview/plan-levels.ts';

function task(id: string, ...dependencies: string[]): Task {
  return Task.parse({
    id,
    title: id,
    description: 'x',
    specialization: 'x',
    dependencies,
    priority: 5,
    acceptance_criteria: ['x'],
    permission: 'read_only',
  });
}

function ids(tasks: Task[]): unknown[] {
  return planLevels(tasks).map((level) => [level.kind, ...level.tasks.map((each) => each.id)]);
}

describe('the levels of a plan', () => {
  it('put each task after all that it waits for', () => {
    const tasks = [task('d', 'b', 'c'), task('b', 'a'), task('a'), task('c'), task('e', 'd')];
    assert.deepEqual(ids(tasks), [
      ['at-once', 'a', 'c'],
      ['after', 'b'],
      ['after', 'd'],
      ['after', 'e'],
    ]);
  });

  it('show tasks that wait for each other last, with what waits for them', () => {
    const tasks = [task('a'), task('b', 'c'), task('c', 'b'), task('d', 'c')];
    assert.deepEqual(ids(tasks), [
      ['at-once', 'a'],
      ['never', 'b', 'c', 'd'],
    ]);
  });

  it('do not wait for a task that the plan does not have', () => {
    assert.deepEqual(ids([task('a', 'nowhere')]), [['at-once', 'a']]);
  });

  it('show a task whose id stands twice, twice', () => {
    assert.deepEqual(ids([task('a'), task('a')]), [['at-once', 'a', 'a']]);
  });
});
