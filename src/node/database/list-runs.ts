/** A cheap look at the runs of a workspace: neither the worker nor the schemas are loaded, nothing is written. */
import type { RunSummary } from '../../shared/protocol.ts';
import { databaseFile, hasDatabase } from './database-files.ts';
import { readRuns, selectRuns } from './run-rows.ts';
import { builtInSqlite } from './sqlite-module.ts';

/** Milliseconds; the look blocks its thread. */
const patience = 50;

/** Newest first. None where the database is locked, damaged or of another version: whoever opens it says so. */
export async function listRuns(folder: string): Promise<RunSummary[]> {
  const sqlite = builtInSqlite();
  if (sqlite === undefined || !(await hasDatabase(folder))) return [];
  try {
    const database = new sqlite.DatabaseSync(databaseFile(folder), {
      readOnly: true,
      timeout: patience,
    });
    try {
      return readRuns(database.prepare(selectRuns));
    } finally {
      database.close();
    }
  } catch {
    return [];
  }
}
