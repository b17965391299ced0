/** Several on one database: who has lost a run writes nothing, who only looks sees it live. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { LeasedJournal } from '../../../../src/node/database/leased-journal.ts';
import type { Database } from '../../../../src/node/database/open-database.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { contractRun as runId, statusEvent } from '../../contract/journal.ts';
import { openedDatabases } from './opened-databases.ts';
import { sampleLog } from './sample-log.ts';

const never = 3_600_000;

describe('a database that several have open', function () {
  this.timeout(30_000);
  const { makeFolder, open, query } = openedDatabases();

  /** The first owner never gives a sign of life, as if it slept. */
  async function sleeperAndSuccessor(): Promise<{
    sleeper: LeasedJournal;
    successor: LeasedJournal;
    folder: string;
  }> {
    const folder = await makeFolder();
    const sleeping = await open(folder, { beat: never });
    const sleeper = await sleeping.createRun(runId);
    await sleeper.append([statusEvent('analyzing')]);
    const awake = await open(folder, { beat: 5 });
    const successor = await takeOver(awake);
    return { sleeper, successor, folder };
  }
  async function takeOver(database: Database): Promise<LeasedJournal> {
    for (;;) {
      if ((await database.leaseOf(runId)).is !== 'held') return database.openRun(runId);
    }
  }

  it('refuses a run that is held, and gives it when it was closed', async () => {
    const folder = await makeFolder();
    const first = await open(folder);
    const second = await open(folder);
    const journal = await first.createRun(runId);
    await assert.rejects(second.openRun(runId), { code: 'in-use' });
    await journal.append([statusEvent('analyzing')]);
    await journal.close();
    const taken = await second.openRun(runId);
    assert.equal(taken.epoch, 2);
    const [event] = await taken.append([statusEvent('planning')]);
    assert.equal(event?.seq, 2);
  });

  it('lets nobody write whose run was taken over', async () => {
    const { sleeper, successor, folder } = await sleeperAndSuccessor();
    await successor.append([statusEvent('planning')]);
    await assert.rejects(sleeper.append([statusEvent('executing')]), { code: 'in-use' });
    const events = query(folder, "SELECT event ->> '$.status' AS status FROM events ORDER BY seq");
    assert.deepEqual(events, [{ status: 'analyzing' }, { status: 'planning' }]);
    await sleeper.close();
    await successor.append([statusEvent('executing')]);
  });

  it('tells an owner that its run was taken over', async () => {
    const folder = await makeFolder();
    const first = await open(folder, { beat: 5 });
    const journal = await first.createRun(runId);
    const lost = new Promise((resolve) => journal.lost.addEventListener('abort', resolve));
    const second = await open(folder);
    query(folder, "UPDATE leases SET process_start = 'before'");
    await second.openRun(runId);
    await lost;
    assert.equal(journal.lost.reason.code, 'in-use');
  });

  it('does not keep what a closed database held', async () => {
    const folder = await makeFolder();
    const first = await open(folder);
    const journal = await first.createRun(runId);
    const ref = await journal.putBody('kept');
    await first.close();
    const second = await open(folder);
    assert.equal(await (await second.openRun(runId)).getBody(ref), 'kept');
  });

  it('shows a run live to who only watches, from any event on', async () => {
    const folder = await makeFolder();
    const [first, second] = [await open(folder), await open(folder, { poll: 5 })];
    const journal = await first.createRun(runId);
    await journal.append([statusEvent('analyzing')]);
    const stop = new AbortController();
    const seen: number[] = [];
    for await (const batch of second.watchRun(runId, 0, stop.signal)) {
      seen.push(...batch.map((event) => event.seq));
      if (seen.length >= 4) break;
      await journal.append([statusEvent('planning')]);
    }
    assert.deepEqual(seen, [1, 2, 3, 4]);
    const late = await second.watchRun(runId, 3, stop.signal).next();
    assert.deepEqual(
      late.value?.map((event: { seq: number }) => event.seq),
      [4],
    );
  });

  it('shows a run live in the process that executes it', async () => {
    const database = await open(await makeFolder(), { poll: never });
    const journal = await database.createRun(runId);
    const watch = database.watchRun(runId, 0, new AbortController().signal);
    const next = watch.next();
    await journal.append([statusEvent('analyzing')]);
    assert.equal((await next).value?.length, 1);
  });

  it('ends a watch when it is aborted, and knows no run that is not there', async () => {
    const database = await open(await makeFolder());
    await database.createRun(runId);
    const stop = new AbortController();
    const next = database.watchRun(runId, 0, stop.signal).next();
    stop.abort(new Error('enough'));
    await assert.rejects(next, /enough/);
    const unknown = database.watchRun(RunId.parse('unknown'), 0, new AbortController().signal);
    await assert.rejects(unknown.next(), { code: 'not-found' });
    await assert.rejects(database.readRun(RunId.parse('unknown')).read(), { code: 'not-found' });
  });

  it('lists runs as they are, and who is executed', async () => {
    const folder = await makeFolder();
    const [first, second] = [await open(folder), await open(folder)];
    const journal = await first.createRun(runId);
    const log = sampleLog(await journal.putBody('text'));
    const asked = log.findIndex((event) => event.type === 'approval:requested');
    await journal.append(log.slice(0, asked + 1));
    const startedAt = '2030-01-02T12:00:00.000Z';
    const run = { runId, request: 'Fix it', startedAt, provider: 'demo' };
    assert.deepEqual(await second.listRuns(), [
      { ...run, status: 'planning', waiting: true, held: true },
    ]);
    await journal.append(log.slice(asked + 1));
    await journal.close();
    assert.deepEqual(await second.listRuns(), [
      { ...run, status: 'failed', waiting: false, failure: 'model', held: false },
    ]);
  });

  it('appends nothing of an append that names a text it does not have', async () => {
    const folder = await makeFolder();
    const journal = await (await open(folder)).createRun(runId);
    const note = { hash: '0'.repeat(64), bytes: 1 };
    const reason = 'feedback' as const;
    const conversationId = 'work/fix' as never;
    const bad = [
      statusEvent('planning'),
      { type: 'conversation:note', conversationId, reason, note } as const,
    ];
    const [before, refused, after] = await Promise.allSettled([
      journal.append([statusEvent('analyzing')]),
      journal.append(bad),
      journal.append([statusEvent('executing')]),
    ]);
    assert.equal(before.status, 'fulfilled');
    assert.equal(refused.status === 'rejected' && refused.reason.code, 'storage');
    assert.equal(after.status, 'fulfilled');
    const events = query(folder, "SELECT seq, event ->> '$.status' AS status FROM events");
    assert.deepEqual(events, [
      { seq: 1, status: 'analyzing' },
      { seq: 2, status: 'executing' },
    ]);
  });

  it('refuses a run whose log is damaged, and no other', async () => {
    const folder = await makeFolder();
    const database = await open(folder);
    const journal = await database.createRun(runId);
    await journal.append([
      statusEvent('analyzing'),
      statusEvent('planning'),
      statusEvent('executing'),
    ]);
    const other = await database.createRun(RunId.parse('other'));
    await other.append([statusEvent('analyzing')]);
    for (const damage of [
      'DELETE FROM events WHERE run_id = ? AND seq = 2',
      "UPDATE events SET event = '{}' WHERE run_id = ? AND seq = 1",
    ]) {
      query(folder, damage.replace('?', "'run-1'"));
      await assert.rejects(journal.read(), { code: 'storage', message: /damaged at event/ });
      assert.equal((await other.read()).length, 1);
    }
  });
});
