/** Databases for one test, closed after it, and a connection that looks into one from outside. */
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { afterEach } from 'mocha';
import type { Connection } from '../../../../src/node/database/connection.ts';
import { databaseFile } from '../../../../src/node/database/database-files.ts';
import { openConnection } from '../../../../src/node/database/open-connection.ts';
import { type Database, openDatabase } from '../../../../src/node/database/open-database.ts';
import { requireSqlite } from '../../../../src/node/database/sqlite-module.ts';
import type { Timing } from '../../../../src/node/database/worker-messages.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { stoppedClock as clock, noon } from '../../contract/journal.ts';

export type OpenedDatabases = {
  makeFolder(): Promise<string>;
  open(folder: string, timing?: Partial<Timing>): Promise<Database>;
  /** On this thread, without the worker. */
  connect(folder: string): Connection;
  /** All rows of a query, by a connection of its own. */
  query(folder: string, sql: string): Array<Record<string, SQLOutputValue>>;
};

/** To be called in a `describe`. */
export function openedDatabases(): OpenedDatabases {
  const closing: Array<() => unknown> = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  // Removed after they are closed: hooks run in the order in which they were set.
  const makeFolder = temporaryFolders();
  return {
    makeFolder,
    async open(folder, timing = {}) {
      const database = await openDatabase(folder, { clock, timing });
      closing.push(() => database.close());
      return database;
    },
    connect(folder) {
      const { connection } = openConnection(openingOf(folder));
      closing.push(() => connection.sqlite.isOpen && connection.close());
      return connection;
    },
    query(folder, sql) {
      const sqlite = new DatabaseSync(databaseFile(folder), { timeout: 5_000 });
      try {
        return sqlite
          .prepare(sql)
          .all()
          .map((row) => ({ ...row }));
      } finally {
        sqlite.close();
      }
    },
  };
}

export function openingOf(folder: string) {
  const sqlite = requireSqlite();
  return { folder, sqlite, journalMode: 'wal', at: noon, busyTimeout: 200 } as const;
}
