/** The journal of one run in the database, for who executes it and for who only reads. */
import type { Clock, Journal } from '../../engine/ports.ts';
import { eventVersion, type RunEvent } from '../../shared/events.ts';
import type { RunId } from '../../shared/ids.ts';
import { closedJournal } from './database-error.ts';
import type { Lease } from './lease-table.ts';
import { parseRecords } from './parse-records.ts';
import type { WorkerClient } from './worker-client.ts';

/** A run that others may be writing. */
export type RunReader = Pick<Journal, 'runId' | 'getBody'> & {
  /** As `Journal`; with a number those behind that event. */
  read(after?: number): Promise<RunEvent[]>;
};

/** `append` also throws MusterError `in-use`, once another process has taken the run over. */
export type LeasedJournal = Journal &
  RunReader & {
    /** Counts the owners of the run. */
    readonly epoch: number;
    /** Aborted with MusterError `in-use` when another process has taken the run over. */
    readonly lost: AbortSignal;
  };

/** Records in one message, so that no message blocks either side for long. */
const readLimit = 2_000;

export function runReader(worker: WorkerClient, runId: RunId): RunReader {
  return {
    runId,
    async read(last = 0) {
      const events: RunEvent[] = [];
      for (let after = last; ; ) {
        const { lines, count } = await worker.call('read', [runId, after, readLimit]);
        for (const event of parseRecords(lines, { runId, after })) events.push(event);
        if (count < readLimit) return events;
        after += count;
      }
    },
    getBody: (ref) => worker.call('getBody', [ref]),
  };
}

export function leasedJournal({
  worker,
  runId,
  lease,
  clock,
  lost,
}: {
  worker: WorkerClient;
  runId: RunId;
  lease: Lease;
  clock: Clock;
  lost: AbortSignal;
}): LeasedJournal {
  let closed: Promise<void> | undefined;
  const refuseWhenClosed = () => {
    if (closed !== undefined) throw closedJournal();
  };
  return {
    ...runReader(worker, runId),
    epoch: lease.epoch,
    lost,
    async append(bodies) {
      refuseWhenClosed();
      if (bodies.length === 0) return [];
      const at = clock.now().toISOString();
      const first = await worker.call('append', [{ runId, ...lease, v: eventVersion, at, bodies }]);
      return bodies.map(
        (body, position): RunEvent => ({
          v: eventVersion,
          seq: first + position,
          at,
          runId,
          ...body,
        }),
      );
    },
    async putBody(text) {
      refuseWhenClosed();
      return worker.call('putBody', [text]);
    },
    close() {
      // One that cannot be given up lapses by itself.
      closed ??= worker.call('release', [runId]).catch(() => {});
      return closed;
    },
  };
}
