/** What every journal does, whatever it keeps the log in. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Clock, Journal } from '../../../src/engine/ports.ts';
import type { EventBody } from '../../../src/shared/events.ts';
import { RunId } from '../../../src/shared/ids.ts';

export const contractRun = RunId.parse('run-1');
export const noon = new Date('2030-01-02T12:00:00.000Z');
export const stoppedClock: Clock = { now: () => noon };

export const statusEvent = (status: 'analyzing' | 'planning' | 'executing'): EventBody => ({
  type: 'workflow:status',
  status,
});

export type JournalUnderTest = {
  open(): Promise<Journal>;
  /** Puts a record behind those that the journal wrote itself. */
  appendForeign(line: string): Promise<void>;
};

/** @param make an empty journal for `contractRun`, which can be opened again after it was closed */
export function describeJournal(name: string, make: () => Promise<JournalUnderTest>): void {
  describe(`${name} as a journal`, function () {
    this.timeout(30_000);

    it('begins empty', async () => {
      const journal = await (await make()).open();
      assert.deepEqual(await journal.read(), []);
      await journal.close();
    });

    it('numbers and dates events in the order in which they were appended', async () => {
      const journal = await (await make()).open();
      const first = await journal.append([statusEvent('analyzing'), statusEvent('planning')]);
      const second = await journal.append([statusEvent('executing')]);
      const envelope = {
        v: 1,
        at: noon.toISOString(),
        runId: contractRun,
        type: 'workflow:status',
      };
      assert.deepEqual(first, [
        { ...envelope, seq: 1, status: 'analyzing' },
        { ...envelope, seq: 2, status: 'planning' },
      ]);
      assert.deepEqual(await journal.read(), [...first, ...second]);
      await journal.close();
    });

    it('keeps appends that come at once whole and in order', async () => {
      const journal = await (await make()).open();
      const appends = Array.from({ length: 20 }, () =>
        journal.append([statusEvent('analyzing'), statusEvent('planning')]),
      );
      const batches = await Promise.all(appends);
      assert.deepEqual(await journal.read(), batches.flat());
      const numbers = (await journal.read()).map((event) => event.seq);
      assert.deepEqual(
        numbers,
        Array.from({ length: 40 }, (_, position) => position + 1),
      );
      await journal.close();
    });

    it('appends nothing when there is nothing to append', async () => {
      const journal = await (await make()).open();
      assert.deepEqual(await journal.append([]), []);
      assert.deepEqual(await journal.read(), []);
      await journal.close();
    });

    it('goes on where it was closed', async () => {
      const under = await make();
      const before = await under.open();
      await before.append([statusEvent('analyzing')]);
      const ref = await before.putBody('kept');
      await before.close();
      const after = await under.open();
      const [event] = await after.append([statusEvent('planning')]);
      assert.equal(event?.seq, 2);
      assert.equal((await after.read()).length, 2);
      assert.equal(await after.getBody(ref), 'kept');
      await after.close();
    });

    it('keeps and skips events of a later version, and counts them', async () => {
      const under = await make();
      const before = await under.open();
      await before.append([statusEvent('analyzing')]);
      await before.close();
      const later = {
        v: 2,
        seq: 2,
        at: noon.toISOString(),
        runId: contractRun,
        type: 'workflow:sung',
      };
      await under.appendForeign(JSON.stringify(later));
      const after = await under.open();
      assert.deepEqual(
        (await after.read()).map((event) => event.seq),
        [1],
      );
      const [event] = await after.append([statusEvent('planning')]);
      assert.equal(event?.seq, 3);
      await after.close();
    });

    it('gives bodies back as they were put, and stores the same text once', async () => {
      const journal = await (await make()).open();
      for (const text of ['', 'plain', 'caf\u00e9 \u{1F680}\r\n\0', 'x'.repeat(100_000)]) {
        const ref = await journal.putBody(text);
        assert.deepEqual(await journal.putBody(text), ref);
        assert.equal(ref.bytes, Buffer.byteLength(text));
        assert.equal(await journal.getBody(ref), text);
      }
      await journal.close();
    });

    it('refuses a body that it does not have', async () => {
      const journal = await (await make()).open();
      const ref = { hash: '0'.repeat(64), bytes: 4 };
      await assert.rejects(journal.getBody(ref), { code: 'storage' });
      await journal.close();
    });

    it('can be read and not written once it is closed', async () => {
      const journal = await (await make()).open();
      const events = await journal.append([statusEvent('analyzing')]);
      const ref = await journal.putBody('text');
      await journal.close();
      await journal.close();
      await assert.rejects(journal.append([statusEvent('planning')]), { code: 'storage' });
      await assert.rejects(journal.putBody('more'), { code: 'storage' });
      assert.deepEqual(await journal.read(), events);
      assert.equal(await journal.getBody(ref), 'text');
    });
  });
}
