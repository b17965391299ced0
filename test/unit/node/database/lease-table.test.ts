/** One process executes a run: a dead or silent owner is succeeded, a living one is not. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  type LeaseTable,
  makeLeaseTable,
  missedBeats,
} from '../../../../src/node/database/lease-table.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { contractRun as runId } from '../../contract/journal.ts';
import { openedDatabases } from './opened-databases.ts';

describe('the leases of runs', () => {
  const { makeFolder, connect, query } = openedDatabases();

  /** Processes of one machine; `living` holds the start of each by its number. */
  async function machine() {
    const folder = await makeFolder();
    const living = new Map<number, string>();
    const startOf = async (pid: number) => living.get(pid);
    const start = (pid: number, host = 'here'): LeaseTable => {
      living.set(pid, `start of ${pid}`);
      return makeLeaseTable(connect(folder), { host, pid, start: `start of ${pid}`, startOf });
    };
    return { folder, living, start };
  }
  const listenFor = (leases: LeaseTable, beats: number) => {
    for (let beat = 0; beat < beats; beat += 1) leases.beat();
  };

  it('count their owners', async () => {
    const { start } = await machine();
    const [first, second] = [start(1), start(2)];
    assert.equal(first.create(runId).epoch, 1);
    first.release(runId);
    assert.equal((await second.acquire(runId)).epoch, 2);
    second.release(runId);
    assert.equal((await second.acquire(runId)).epoch, 3);
  });

  it('are refused while the owner lives, and say who it is', async () => {
    const { start } = await machine();
    start(1).create(runId);
    const second = start(2);
    await assert.rejects(second.acquire(runId), { code: 'in-use', message: /process 1\)/ });
    assert.equal((await second.leaseOf(runId)).is, 'held');
  });

  it('are refused to the process that has them', async () => {
    const { start } = await machine();
    const first = start(1);
    first.create(runId);
    await assert.rejects(first.acquire(runId), { code: 'in-use' });
  });

  it('go over at once when the owner died', async () => {
    const { start, living } = await machine();
    start(1).create(runId);
    living.delete(1);
    const second = start(2);
    assert.equal((await second.leaseOf(runId)).is, 'abandoned');
    assert.equal((await second.acquire(runId)).epoch, 2);
  });

  it('go over when another process got the number of the owner', async () => {
    const { start, living } = await machine();
    start(1).create(runId);
    living.set(1, 'later');
    assert.equal((await start(2).acquire(runId)).epoch, 2);
  });

  it('go over when the owner lives and was not heard for some beats', async () => {
    const { start } = await machine();
    start(1).create(runId);
    const second = start(2);
    await assert.rejects(second.acquire(runId), { code: 'in-use' });
    listenFor(second, missedBeats - 1);
    await assert.rejects(second.acquire(runId), { code: 'in-use' });
    listenFor(second, 1);
    assert.equal((await second.acquire(runId)).epoch, 2);
  });

  it('stay while the owner is heard now and then', async () => {
    const { start } = await machine();
    const [first, second] = [start(1), start(2)];
    first.create(runId);
    for (let round = 0; round < 4; round += 1) {
      assert.equal((await second.leaseOf(runId)).is, 'held');
      listenFor(second, missedBeats - 1);
      first.beat();
    }
    await assert.rejects(second.acquire(runId), { code: 'in-use' });
  });

  it('of another machine go over only when its owner is not heard', async () => {
    const { start, living } = await machine();
    start(1, 'there').create(runId);
    living.delete(1);
    const second = start(2);
    await assert.rejects(second.acquire(runId), { code: 'in-use', message: /process 1 on there/ });
    listenFor(second, missedBeats);
    assert.equal((await second.acquire(runId)).epoch, 2);
  });

  it('tell an owner that slept what it lost, and what it kept', async () => {
    const { start } = await machine();
    const kept = RunId.parse('kept');
    const [first, second] = [start(1), start(2)];
    first.create(runId);
    first.create(kept);
    await second.leaseOf(runId);
    listenFor(second, missedBeats);
    await second.acquire(runId);
    assert.deepEqual(first.beat(), [runId]);
    assert.deepEqual(first.beat(), []);
    assert.equal((await second.leaseOf(kept)).is, 'held');
  });

  it('are neither lost nor stolen when the clock jumps by a day, on or back', async () => {
    const { start } = await machine();
    const [first, second] = [start(1), start(2)];
    first.create(runId);
    const real = Date;
    try {
      for (const days of [1, -1, 0]) {
        globalThis.Date = class extends real {
          constructor(...given: [] | [number]) {
            super(given[0] ?? real.now() + days * 86_400_000);
          }
        } as DateConstructor;
        assert.equal((await second.leaseOf(runId)).is, 'held');
        listenFor(second, missedBeats - 1);
        assert.deepEqual(first.beat(), []);
        await assert.rejects(second.acquire(runId), { code: 'in-use' });
      }
    } finally {
      globalThis.Date = real;
    }
  });

  it('are not given back by a former owner', async () => {
    const { start, living, folder } = await machine();
    const [first, second] = [start(1), start(2)];
    first.create(runId);
    living.delete(1);
    await second.acquire(runId);
    first.release(runId);
    first.releaseAll();
    assert.deepEqual(query(folder, 'SELECT pid, epoch FROM leases WHERE owner IS NOT NULL'), [
      { pid: 2, epoch: 2 },
    ]);
  });

  it('go to one of two that come at once', async () => {
    const { start, living } = await machine();
    start(1).create(runId);
    living.delete(1);
    const [second, third] = [start(2), start(3)];
    const outcomes = await Promise.allSettled([second.acquire(runId), third.acquire(runId)]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  });

  it('need beats only while one is held or listened for', async () => {
    const { start } = await machine();
    const [first, second] = [start(1), start(2)];
    assert.equal(first.needsBeat(), false);
    first.create(runId);
    assert.equal(first.needsBeat(), true);
    await second.leaseOf(runId);
    assert.equal(second.needsBeat(), true);
    first.release(runId);
    second.beat();
    assert.deepEqual([first.needsBeat(), second.needsBeat()], [false, false]);
  });

  it('are not given for a run that does not exist, nor for one that does as new', async () => {
    const { start } = await machine();
    const first = start(1);
    await assert.rejects(first.acquire(runId), { code: 'not-found' });
    first.create(runId);
    assert.throws(() => first.create(runId), { code: 'storage' });
  });
});
