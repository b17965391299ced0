/** The tables that can be queried say what the fold of the log says, and can be made anew from it. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  project,
  projectedEventVersion,
  projectedTables,
} from '../../../../src/node/database/project.ts';
import { rebuildProjection } from '../../../../src/node/database/rebuild-projection.ts';
import { eventVersion, type RunEvent } from '../../../../src/shared/events.ts';
import { reduceAll } from '../../../../src/shared/reduce.ts';
import { contractRun as runId } from '../../contract/journal.ts';
import { openedDatabases } from './opened-databases.ts';
import { sampleLog } from './sample-log.ts';

describe('the tables beside the log', function () {
  this.timeout(30_000);
  const { makeFolder, open, connect, query } = openedDatabases();

  async function storeSample(): Promise<{ folder: string; events: RunEvent[] }> {
    const folder = await makeFolder();
    const database = await open(folder);
    const journal = await database.createRun(runId);
    const events = await journal.append(sampleLog(await journal.putBody('text')));
    await database.close();
    return { folder, events };
  }
  const contents = (folder: string) =>
    Object.fromEntries(
      ['runs', ...projectedTables].map((table) => [table, query(folder, `SELECT * FROM ${table}`)]),
    );

  it('have a row for everything that happened', async () => {
    const { folder } = await storeSample();
    const counts = Object.entries(contents(folder)).map(([table, rows]) => [table, rows.length]);
    assert.deepEqual(Object.fromEntries(counts), {
      runs: 1,
      plans: 1,
      agents: 1,
      tasks: 3,
      attempts: 2,
      reviews: 3,
      approvals: 2,
      sessions: 1,
      messages: 3,
      tool_calls: 1,
      usage: 2,
    });
  });

  it('agree with the fold of the log', async () => {
    const { folder, events } = await storeSample();
    const state = reduceAll(events);
    assert.ok(state);
    const [run] = query(folder, 'SELECT status, request, started_at, head, error_code FROM runs');
    const { status, request, startedAt, head, error } = state;
    const expected = { status, request, started_at: startedAt, head, error_code: error?.code };
    assert.deepEqual(run, expected);
    assert.deepEqual(
      query(folder, 'SELECT task_id, agent, status FROM tasks ORDER BY position'),
      state.tasks.map(({ task, status: done }) => ({
        task_id: task.id,
        agent: 'Ada',
        status: done,
      })),
    );
    assert.deepEqual(
      query(folder, 'SELECT approval_id, decision, decided_by FROM approvals ORDER BY approval_id'),
      state.approvals.map(({ approvalId, decided }) => ({
        approval_id: approvalId,
        decision: decided?.decision.decision,
        decided_by: decided?.by,
      })),
    );
    const { input, output, cacheRead: cache_read, cacheWrite: cache_write } = state.usage;
    const sums = 'sum(input) AS input, sum(output) AS output';
    const caches = 'sum(cache_read) AS cache_read, sum(cache_write) AS cache_write';
    const [usage] = query(folder, `SELECT ${sums}, ${caches} FROM usage`);
    assert.deepEqual(usage, { input, output, cache_read, cache_write });
  });

  it('keep what an attempt was sent back for, and what its command printed', async () => {
    const { folder } = await storeSample();
    assert.deepEqual(
      query(folder, 'SELECT attempt, outcome, feedback FROM attempts ORDER BY attempt'),
      [
        { attempt: 1, outcome: 'sent-back', feedback: null },
        { attempt: 2, outcome: 'done', feedback: 'Again.' },
      ],
    );
    const printed = `SELECT status, command, exit_code, CAST(blobs.content AS TEXT) AS text
      FROM tool_calls JOIN blobs ON blobs.hash = tool_calls.content`;
    assert.deepEqual(query(folder, printed), [
      { status: 'error', command: 'npm test', exit_code: 1, text: 'text' },
    ]);
  });

  it('are the same when they are made anew from the log', async () => {
    const { folder } = await storeSample();
    const before = contents(folder);
    const connection = connect(folder);
    connection.sqlite.exec("UPDATE tasks SET status = 'wrong'; DELETE FROM usage");
    rebuildProjection(connection);
    assert.deepEqual(contents(folder), before);
  });

  it('are made anew when another release made them', async () => {
    const { folder } = await storeSample();
    const before = contents(folder);
    const connection = connect(folder);
    connection.sqlite.exec('DELETE FROM usage; UPDATE settings SET value = 0');
    connection.close();
    await (await open(folder)).close();
    assert.deepEqual(contents(folder), before);
  });

  it('are left without a run whose log cannot be read, and other runs are there', async () => {
    const { folder } = await storeSample();
    const connection = connect(folder);
    connection.sqlite.exec(`INSERT INTO runs (run_id, created_at) VALUES ('torn', '');
      INSERT INTO events (run_id, seq, event) VALUES ('torn', 1, '{"v":1,"type":"plan:created"}')`);
    rebuildProjection(connection);
    assert.equal(query(folder, 'SELECT * FROM plans').length, 1);
    assert.equal(query(folder, "SELECT * FROM events WHERE run_id = 'torn'").length, 1);
  });

  it('pass over events of later versions and unknown types', () => {
    const envelope = { seq: 1, at: '', runId, status: 'planning' };
    const later = { ...envelope, v: 2, type: 'workflow:status' } as unknown as RunEvent;
    const unknown = { ...envelope, v: 1, type: 'toString' } as unknown as RunEvent;
    assert.deepEqual(project(later), []);
    assert.deepEqual(project(unknown), []);
    assert.equal(projectedEventVersion, eventVersion);
  });
});
