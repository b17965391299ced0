/** One connection to the database: kept statements, and transactions that are whole or nothing. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { MusterError } from '../../shared/muster-error.ts';
import { isBusy } from './database-error.ts';
import { fileIdentity } from './database-files.ts';

export type JournalMode = 'wal' | 'delete';

export type Connection = {
  readonly file: string;
  readonly journalMode: JournalMode;
  readonly sqlite: DatabaseSync;
  /** Prepared once for each text. */
  statement(sql: string): StatementSync;
  /**
   * Commits durably all that `work` did, or nothing. Done again from the start when another
   * connection was in the way, at most `busyTries` times.
   */
  transaction<Result>(work: () => Result): Result;
  /** As `transaction`, for what may be lost when the machine fails. */
  looseTransaction<Result>(work: () => Result): Result;
  close(): void;
};

/** Each time SQLite itself waits for the busy timeout. */
const busyTries = 3;

export function makeConnection(
  sqlite: DatabaseSync,
  { file, journalMode }: { file: string; journalMode: JournalMode },
): Connection {
  const statements = new Map<string, StatementSync>();
  // Writing to a file that no longer has its name would succeed and be lost.
  const identity = fileIdentity(file);
  const transaction = <Result>(work: () => Result): Result => {
    for (let attempt = 1; ; attempt += 1) {
      if (fileIdentity(file) !== identity) throw replaced(file);
      try {
        sqlite.exec('BEGIN IMMEDIATE');
        const result = work();
        sqlite.exec('COMMIT');
        return result;
      } catch (error) {
        rollBack(sqlite);
        if (!isBusy(error) || attempt === busyTries) throw error;
      }
    }
  };
  return {
    file,
    journalMode,
    sqlite,
    statement(sql) {
      const known = statements.get(sql) ?? sqlite.prepare(sql);
      statements.set(sql, known);
      return known;
    },
    transaction,
    looseTransaction(work) {
      if (journalMode !== 'wal') return transaction(work);
      sqlite.exec('PRAGMA synchronous = NORMAL');
      try {
        return transaction(work);
      } finally {
        sqlite.exec('PRAGMA synchronous = FULL');
      }
    },
    close: () => sqlite.close(),
  };
}

function rollBack(sqlite: DatabaseSync): void {
  try {
    sqlite.exec('ROLLBACK');
  } catch {
    // After some failures SQLite has rolled back by itself.
  }
}

function replaced(file: string): MusterError {
  return new MusterError(
    'storage',
    `Muster's database ${file} was moved, replaced or removed while it was in use. What was to be recorded now was not, and your files were not touched. Reload the window, then look at the list of runs.`,
  );
}
