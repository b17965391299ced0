/** Makes the queryable tables anew from the logs, when they were made by another release. */
import type { RunEvent } from '../../shared/events.ts';
import type { Connection } from './connection.ts';
import { applyProjection } from './event-table.ts';
import { projectedTables, projectionVersion } from './project.ts';

export function rebuildIfChanged(
  connection: Connection,
  version: number = projectionVersion,
): void {
  if (projectedAs(connection) === version) return;
  rebuildProjection(connection, version);
}

/** A run whose log cannot be projected is left out of the tables; its log stays as it is. */
export function rebuildProjection(
  connection: Connection,
  version: number = projectionVersion,
): void {
  const { sqlite } = connection;
  // A text that is missing is found when it is read; it must not keep the other runs away.
  sqlite.exec('PRAGMA foreign_keys = OFF');
  try {
    connection.transaction(() => {
      for (const table of projectedTables) sqlite.exec(`DELETE FROM ${table}`);
      sqlite.exec(emptyRuns);
      for (const { run_id: runId } of sqlite.prepare('SELECT run_id FROM runs').all()) {
        rebuildRun(connection, String(runId));
      }
      connection
        .statement("INSERT OR REPLACE INTO settings (name, value) VALUES ('projection', ?)")
        .run(version);
    });
  } finally {
    sqlite.exec('PRAGMA foreign_keys = ON');
  }
}

const emptyRuns = `UPDATE runs SET status = NULL, outcome = NULL, started_at = NULL, ended_at = NULL,
  workspace = NULL, provider = NULL, muster = NULL, base = NULL, head = NULL, error_code = NULL,
  error_message = NULL, request = NULL`;

function rebuildRun(connection: Connection, runId: string): void {
  const { sqlite } = connection;
  const events = sqlite.prepare('SELECT event FROM events WHERE run_id = ? ORDER BY seq');
  sqlite.exec('SAVEPOINT run');
  try {
    for (const { event } of events.iterate(runId)) {
      // Parsed against its schema when it was written, and again by whoever folds it.
      applyProjection(connection, JSON.parse(String(event)) as RunEvent);
    }
  } catch {
    sqlite.exec('ROLLBACK TO run');
  }
  sqlite.exec('RELEASE run');
}

function projectedAs(connection: Connection): number {
  const row = connection.statement("SELECT value FROM settings WHERE name = 'projection'").get();
  return Number(row?.value ?? 0);
}
