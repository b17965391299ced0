/** All that can be asked of an open database: what the worker runs, one request at a time. */
import type { BodyRef, RunId } from '../../shared/ids.ts';
import type { RunSummary } from '../../shared/protocol.ts';
import { type BodyTable, makeBodyTable } from './body-table.ts';
import type { Connection } from './connection.ts';
import { databaseError } from './database-error.ts';
import { type Append, type Appended, makeEventTable, type Records } from './event-table.ts';
import { type InstructionTable, makeInstructionTable } from './instruction-table.ts';
import { type Lease, type LeaseState, type LeaseTable, makeLeaseTable } from './lease-table.ts';
import { readRuns, selectRuns } from './run-rows.ts';
import type { ThisProcess } from './this-process.ts';

/** A run as the list shows it, and whether a living process executes it. */
export type ListedRun = RunSummary & { held: boolean };

export type Store = InstructionTable & {
  create(runId: RunId): Lease;
  acquire(runId: RunId): Promise<Lease>;
  release(runId: RunId): void;
  leaseOf(runId: RunId): Promise<LeaseState>;
  /** @throws what one of them failed with, in its place */
  append(appends: readonly Append[]): Appended[];
  read(runId: RunId, after: number, limit: number): Records;
  putBody(text: string): BodyRef;
  getBody(ref: BodyRef): string;
  list(): Promise<ListedRun[]>;
  needsBeat(): boolean;
  beat(): RunId[];
  /** Whether anything was committed, here or elsewhere, since the last call. */
  hasChanged(): boolean;
  /** Gives up all leases; what was put is stored. */
  close(): void;
};

/** Failures of SQLite pass through; `explainFailure` puts them in words. */
export function makeStore(connection: Connection, self: ThisProcess): Store {
  const bodies = makeBodyTable(connection);
  const events = makeEventTable(connection, bodies);
  const leases = makeLeaseTable(connection, self);
  const instructions = makeInstructionTable(connection);
  let appended = false;
  let version: unknown;
  return {
    ...leases,
    ...instructions,
    instruct(runId, given) {
      appended = true;
      return instructions.instruct(runId, given);
    },
    settle(number, settlement) {
      appended = true;
      instructions.settle(number, settlement);
    },
    append(appends) {
      appended = true;
      return events.append(appends);
    },
    read: events.read,
    putBody: bodies.put,
    getBody: bodies.get,
    async list() {
      const runs = readRuns(connection.statement(selectRuns));
      return Promise.all(
        runs.map(async (run) => {
          const { is } = await leases.leaseOf(run.runId);
          return { ...run, held: is === 'held' };
        }),
      );
    },
    hasChanged() {
      // Tells of the commits of other connections only.
      const now = connection.statement('PRAGMA data_version').get()?.data_version;
      const changed = appended || now !== version;
      version = now;
      appended = false;
      return changed;
    },
    close: () => closeStore(connection, bodies, leases),
  };
}

function closeStore(connection: Connection, bodies: BodyTable, leases: LeaseTable): void {
  try {
    connection.transaction(() => bodies.store());
    leases.releaseAll();
  } catch {
    // No event names those texts, and leases lapse by themselves.
  }
  connection.close();
}

/** What was being done when it failed. */
const failures: Partial<Record<keyof Store, string>> = {
  create: 'A new run could not be stored',
  append: 'The events of this run could not be stored',
  read: 'The log of this run could not be read',
  putBody: 'A message of this run could not be stored',
  getBody: 'A message of this run could not be read',
  instruct: 'What you decided could not be stored',
  list: 'The runs of this workspace could not be listed',
};

export function explainFailure(name: keyof Store, error: unknown) {
  return databaseError(failures[name] ?? "Muster's database could not be used", error);
}
