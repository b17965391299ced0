/** What the scheduler knows of all tasks at one moment. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { taskTable } from '../../../../src/engine/schedule/task-table.ts';
import { Task } from '../../../../src/shared/plan.ts';
import type { TaskState, TaskStatus } from '../../../../src/shared/run-state.ts';

type Sketch = { id: string; after?: string[]; priority?: number; status?: TaskStatus };

function taskState({ id, after = [], priority = 5, status = 'waiting' }: Sketch): TaskState {
  const task = Task.parse({
    id,
    title: id,
    description: 'Do it.',
    specialization: 'generalist',
    dependencies: after,
    priority,
    acceptance_criteria: ['It is done.'],
    permission: 'read_write',
  });
  return { task, status, attempt: 0, round: 0, conflicts: 0, verdicts: [] };
}

const tableOf = (...sketches: Sketch[]) => taskTable({ tasks: sketches.map(taskState) });
const idsOf = (tasks: readonly TaskState[]) => tasks.map(({ task }) => task.id);

describe('The tasks that can start', () => {
  it('are those whose dependencies are done or skipped', () => {
    const { ready } = tableOf(
      { id: 'done', status: 'done' },
      { id: 'skipped', status: 'skipped' },
      { id: 'works', status: 'merging' },
      { id: 'failed', status: 'failed' },
      { id: 'can', after: ['done', 'skipped'] },
      { id: 'cannot', after: ['done', 'works'] },
      { id: 'never', after: ['failed'] },
      { id: 'free' },
    );
    assert.deepEqual(idsOf(ready), ['can', 'free']);
  });

  it('come by priority, then by the longest chain that waits for them, then as planned', () => {
    const { ready } = tableOf(
      { id: 'short-1' },
      { id: 'short-2' },
      { id: 'long' },
      { id: 'then', after: ['long'] },
      { id: 'urgent', priority: 9 },
      { id: 'last', after: ['then'], priority: 1 },
    );
    assert.deepEqual(idsOf(ready), ['urgent', 'long', 'short-1', 'short-2']);
  });
});

describe('The table of tasks', () => {
  it('counts slots for what works, is reviewed or merged, and not for what waits for a person', () => {
    const statuses: TaskStatus[] = [
      ...(['waiting', 'running', 'waiting-for-you', 'in-review', 'merging'] as const),
      ...(['done', 'failed', 'blocked', 'skipped'] as const),
    ];
    const table = tableOf(...statuses.map((status) => ({ id: status, status })));
    assert.equal(table.slotsHeld, 3);
    assert.deepEqual(idsOf(table.atWork), ['running', 'waiting-for-you', 'in-review', 'merging']);
    assert.deepEqual([table.someLost, table.allSettled], [true, false]);
  });

  it('has settled when all are done, failed, blocked or skipped, also when there are none', () => {
    assert.equal(tableOf().allSettled, true);
    const settled = ['done', 'failed', 'blocked', 'skipped'] as const;
    assert.equal(tableOf(...settled.map((status) => ({ id: status, status }))).allSettled, true);
    assert.equal(tableOf({ id: 'a', status: 'done' }).someLost, false);
    assert.equal(tableOf({ id: 'a', status: 'blocked' }).someLost, true);
  });

  it('is made once for the same list of tasks, and anew for another', () => {
    const tasks = [taskState({ id: 'a' })];
    const table = taskTable({ tasks });
    assert.equal(taskTable({ tasks }), table);
    assert.deepEqual(idsOf(taskTable({ tasks: [taskState({ id: 'b' })] }).ready), ['b']);
  });
});
