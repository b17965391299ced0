/** Who executes which run: one process at a time, each in an epoch of its own. */
import { randomUUID } from 'node:crypto';
import type { RunId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import type { Connection } from './connection.ts';
import { heldElsewhere, noSuchRun } from './database-error.ts';
import type { ThisProcess } from './this-process.ts';

export type Lease = { owner: string; epoch: number };

/** Who executes a run now. */
export type LeaseState =
  | { is: 'free' }
  /** Its owner ended, or was silent for too long, without giving it up. */
  | { is: 'abandoned' }
  /** `host` where it is another one than this. */
  | { is: 'held'; pid: number; host?: string };

export type LeaseTable = {
  /** A new run, held from its beginning. @throws MusterError `storage` when there is one already */
  create(runId: RunId): Lease;
  /** @throws MusterError `in-use`, `not-found` */
  acquire(runId: RunId): Promise<Lease>;
  release(runId: RunId): void;
  releaseAll(): void;
  leaseOf(runId: RunId): Promise<LeaseState>;
  /** True while there is something to do at the next beat. */
  needsBeat(): boolean;
  /** Tells the others that this process lives, and listens to theirs. @returns what was taken over */
  beat(): RunId[];
};

/**
 * Beats of this process without one of the owner, after which it counts as gone although its process
 * lives. Beats are counted, not seconds: no clock that jumps and no sleep of the machine makes
 * an owner seem gone, because its own beats pause in the same way.
 */
export const missedBeats = 5;

type Row = {
  epoch: number;
  owner: string | null;
  host: string | null;
  pid: number | null;
  process_start: string | null;
  beat: number;
};

export function makeLeaseTable(connection: Connection, self: ThisProcess): LeaseTable {
  const owner = randomUUID();
  const held = new Map<RunId, number>();
  const watched = new Map<RunId, { epoch: number; beat: number; missed: number }>();

  const rowOf = (runId: RunId): Row | undefined => {
    const columns = 'epoch, owner, host, pid, process_start, beat';
    // The columns are those of the schema.
    return connection.statement(`SELECT ${columns} FROM leases WHERE run_id = ?`).get(runId) as
      | Row
      | undefined;
  };
  /** The epoch is counted up whoever held it before, so that a former owner cannot write. */
  const write = (runId: RunId, epoch: number): Lease => {
    connection
      .statement(
        `INSERT OR REPLACE INTO leases (run_id, epoch, owner, host, pid, process_start, beat, beat_at)
         VALUES (?, ?, ?, ?, ?, ?, 0, ?)`,
      )
      .run(runId, epoch, owner, self.host, self.pid, self.start, now());
    return { owner, epoch };
  };
  const hold = (runId: RunId, lease: Lease): Lease => {
    held.set(runId, lease.epoch);
    watched.delete(runId);
    return lease;
  };
  const lives = async (runId: RunId, row: Row): Promise<boolean> => {
    if (row.owner === null) return false;
    if (row.owner === owner) return held.get(runId) === row.epoch;
    if (row.host === self.host && row.pid !== null) {
      if ((await self.startOf(row.pid)) !== row.process_start) return false;
    }
    const known = watched.get(runId);
    if (known?.epoch === row.epoch && known.beat === row.beat) return known.missed < missedBeats;
    watched.set(runId, { epoch: row.epoch, beat: row.beat, missed: 0 });
    return true;
  };
  const listen = (): void => {
    for (const [runId, known] of watched) {
      const row = rowOf(runId);
      if (row === undefined || row.owner === null) watched.delete(runId);
      else if (row.epoch === known.epoch && row.beat === known.beat) known.missed += 1;
      else watched.set(runId, { epoch: row.epoch, beat: row.beat, missed: 0 });
    }
  };

  return {
    create(runId) {
      const lease = connection.transaction(() => {
        const insert = 'INSERT OR IGNORE INTO runs (run_id, created_at) VALUES (?, ?)';
        const { changes } = connection.statement(insert).run(runId, now());
        if (changes === 0) throw existsAlready(runId);
        return write(runId, 1);
      });
      return hold(runId, lease);
    },
    async acquire(runId) {
      for (;;) {
        const judged = rowOf(runId);
        if (judged === undefined) throw noSuchRun(runId);
        if (await lives(runId, judged)) {
          throw heldElsewhere(holderOf(judged, self));
        }
        const lease = connection.transaction(() => {
          const row = rowOf(runId);
          const same = row?.owner === judged.owner && row?.beat === judged.beat;
          if (!same || row?.epoch !== judged.epoch) return undefined;
          return write(runId, judged.epoch + 1);
        });
        if (lease !== undefined) return hold(runId, lease);
      }
    },
    release(runId) {
      const epoch = held.get(runId);
      if (epoch === undefined) return;
      held.delete(runId);
      const free = 'UPDATE leases SET owner = NULL WHERE run_id = ? AND owner = ? AND epoch = ?';
      connection.transaction(() => connection.statement(free).run(runId, owner, epoch));
    },
    releaseAll() {
      if (held.size === 0) return;
      held.clear();
      const free = 'UPDATE leases SET owner = NULL WHERE owner = ?';
      connection.transaction(() => connection.statement(free).run(owner));
    },
    async leaseOf(runId) {
      const row = rowOf(runId);
      if (row === undefined || row.owner === null) return { is: 'free' };
      if (!(await lives(runId, row))) return { is: 'abandoned' };
      return { is: 'held', ...holderOf(row, self) };
    },
    needsBeat: () => held.size + watched.size > 0,
    beat() {
      listen();
      if (held.size === 0) return [];
      const still = connection.looseTransaction(() =>
        connection
          .statement(
            'UPDATE leases SET beat = beat + 1, beat_at = ? WHERE owner = ? RETURNING run_id, epoch',
          )
          .all(now(), owner),
      );
      const mine = new Map(still.map((row) => [row.run_id, row.epoch]));
      const lost = [...held].filter(([runId, epoch]) => mine.get(runId) !== epoch);
      for (const [runId] of lost) held.delete(runId);
      return lost.map(([runId]) => runId);
    },
  };
}

function holderOf({ pid, host }: Row, self: ThisProcess): { pid: number; host?: string } {
  return { pid: pid ?? 0, ...(host === null || host === self.host ? {} : { host }) };
}

/** For people who look into the table; nothing is decided by it. */
function now(): string {
  return new Date().toISOString();
}

function existsAlready(runId: RunId): MusterError {
  return new MusterError(
    'storage',
    `There is a run ${runId} already. Nothing was changed. Start the task again.`,
  );
}
