/** The logs of all runs: appended to by who holds the lease, read by anyone. */
import type { EventBody, RunEvent } from '../../shared/events.ts';
import type { RunId } from '../../shared/ids.ts';
import type { BodyTable } from './body-table.ts';
import type { Connection } from './connection.ts';
import { noSuchRun, takenOver } from './database-error.ts';
import { project } from './project.ts';

export type Append = {
  runId: RunId;
  /** Who appends, and in which epoch of the run. */
  owner: string;
  epoch: number;
  v: RunEvent['v'];
  at: string;
  bodies: readonly EventBody[];
};

/** `first` is the number of the first event. */
export type Appended = { first: number } | { error: unknown };

/** `count` records in order, one a line. */
export type Records = { lines: string; count: number };

export type EventTable = {
  /** Each whole or not at all, all of them with one commit if they can be. */
  append(appends: readonly Append[]): Appended[];
  /** @throws MusterError `not-found` */
  read(runId: RunId, after: number, limit: number): Records;
};

export function makeEventTable(connection: Connection, bodies: BodyTable): EventTable {
  const appendOne = ({ runId, owner, epoch, v, at, bodies: events }: Append): Appended => {
    const lease = connection.statement('SELECT owner, epoch FROM leases WHERE run_id = ?');
    const held = lease.get(runId);
    if (held?.owner !== owner || held.epoch !== epoch) return { error: takenOver() };
    const first = lastSeq(connection, runId) + 1;
    const insert = connection.statement('INSERT INTO events (run_id, seq, event) VALUES (?, ?, ?)');
    for (const [position, body] of events.entries()) {
      const seq = first + position;
      const event: RunEvent = { v, seq, at, runId, ...body };
      insert.run(runId, seq, JSON.stringify(event));
      applyProjection(connection, event);
    }
    return { first };
  };
  const append = (appends: readonly Append[]): Appended[] => {
    try {
      const { appended, clear } = connection.transaction(() => {
        const stored = bodies.store();
        return { appended: appends.map(appendOne), clear: stored };
      });
      clear();
      return appended;
    } catch (error) {
      if (appends.length === 1) return [{ error }];
      // One of them failed: each by itself, so that the others are not harmed.
      return appends.flatMap((each) => append([each]));
    }
  };
  return {
    append,
    read(runId, after, limit) {
      if (!connection.statement('SELECT 1 FROM runs WHERE run_id = ?').get(runId)) {
        throw noSuchRun(runId);
      }
      const select = connection.statement(
        'SELECT event FROM events WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?',
      );
      const lines = select.all(runId, after, limit).map((row) => String(row.event));
      return { lines: lines.join('\n'), count: lines.length };
    },
  };
}

export function applyProjection(connection: Connection, event: RunEvent): void {
  for (const { sql, values } of project(event)) connection.statement(sql).run(...values);
}

function lastSeq(connection: Connection, runId: RunId): number {
  const last = connection.statement('SELECT max(seq) AS seq FROM events WHERE run_id = ?');
  return Number(last.get(runId)?.seq ?? 0);
}
