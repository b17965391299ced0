/** The tables show a plan, a team and a task as the person edited them. */
import assert from 'node:assert/strict';
import { rebuildProjection } from '../../../../src/node/database/rebuild-projection.ts';
import type { EventBody } from '../../../../src/shared/events.ts';
import { ApprovalId, LaneId, TaskId } from '../../../../src/shared/ids.ts';
import { plan, team } from '../../../support/panel-preview/sample-plan.ts';
import { contractRun as runId } from '../../contract/journal.ts';
import { openedDatabases } from './opened-databases.ts';

const approvalId = ApprovalId.parse('plan/1');
const parser = TaskId.parse('parser');
const [first, ...others] = plan.tasks;
const [calendar, housekeeper] = team.agents;
assert.ok(first && calendar && housekeeper);
const git = 'c'.repeat(40);

const planned: EventBody[] = [
  {
    type: 'workflow:start',
    request: 'Fix it',
    workspace: '/w',
    provider: 'demo',
    models: { smart: 'm', balanced: 'm', fast: 'm' },
    limits: { maxAttempts: 3, maxTasks: 50, approvalHours: 24 },
    muster: '0',
  },
  { type: 'plan:created', version: 1, plan },
  { type: 'team:created', version: 1, team, hash: 'old' },
  {
    type: 'approval:requested',
    approvalId,
    kind: 'plan',
    hash: 'old',
    deadline: '2030-01-03T12:00:00.000Z',
  },
  {
    type: 'plan:edited',
    approvalId,
    version: 1,
    plan: { ...plan, summary: 'Edited.', tasks: [{ ...first, title: 'Other' }] },
    team: {
      agents: [{ ...housekeeper, model: 'big' }],
      task_assignments: [{ agent: housekeeper.name, tasks: [parser] }],
    },
    hash: 'new',
    by: 'you',
  },
];

const tried: EventBody[] = [
  {
    type: 'task:start',
    taskId: parser,
    agent: housekeeper.name,
    laneId: LaneId.parse('task-parser'),
    base: git,
  },
  { type: 'task:error', taskId: parser, code: 'review-failed', message: 'No.' },
  {
    type: 'task:edited',
    taskId: parser,
    task: { ...first, title: 'Third' },
    agent: calendar.name,
    again: 'in-place',
    by: 'you',
  },
];

describe('the tables beside the log, after an edit', function () {
  this.timeout(30_000);
  const { makeFolder, open, connect, query } = openedDatabases();
  const store = async (bodies: readonly EventBody[]) => {
    const folder = await makeFolder();
    const database = await open(folder);
    await (await database.createRun(runId)).append(bodies);
    await database.close();
    return folder;
  };

  it('have the edited plan and team under the version that waits, and the hash to approve', async () => {
    assert.ok(others.length > 0);
    const folder = await store(planned);
    const rows = (sql: string) => query(folder, sql);
    assert.deepEqual(rows('SELECT version, summary, team_hash FROM plans'), [
      { version: 1, summary: 'Edited.', team_hash: 'new' },
    ]);
    assert.deepEqual(rows('SELECT task_id, title, agent FROM tasks'), [
      { task_id: 'parser', title: 'Other', agent: 'Housekeeper' },
    ]);
    assert.deepEqual(rows('SELECT name, model FROM agents'), [
      { name: 'Housekeeper', model: 'big' },
    ]);
    assert.deepEqual(rows('SELECT hash FROM approvals'), [{ hash: 'new' }]);
  });

  it('have a failed task that is tried again with its edit as running, in an attempt of its own', async () => {
    const folder = await store([...planned, ...tried]);
    const select = 'SELECT title, agent, status, error_message FROM tasks';
    const expected = [
      { title: 'Third', agent: 'Calendar engineer', status: 'running', error_message: null },
    ];
    assert.deepEqual(query(folder, select), expected);
    assert.deepEqual(query(folder, 'SELECT attempt, outcome FROM attempts ORDER BY seq'), [
      { attempt: 1, outcome: 'failed' },
      { attempt: 1, outcome: null },
    ]);
    rebuildProjection(connect(folder));
    assert.deepEqual(query(folder, select), expected);
  });
});
