/** Opens the database of a folder: refuses a newer one, sets a damaged one aside, brings an older one up to date. */
import { closeSync, existsSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { type Connection, type JournalMode, makeConnection } from './connection.ts';
import { damage, databaseError, isDamage, isReadOnly } from './database-error.ts';
import { damageMark, databaseFile, fileIdentity } from './database-files.ts';
import { migrate, refuseNewer, versionOf } from './migrate.ts';
import { rebuildIfChanged } from './rebuild-projection.ts';
import { setAside } from './set-aside.ts';
import type { SqliteModule } from './sqlite-module.ts';

export type Opening = {
  folder: string;
  sqlite: SqliteModule;
  journalMode: JournalMode;
  /** For the name of a file that is set aside. */
  at: Date;
  /** Milliseconds that SQLite waits for another connection, each time. */
  busyTimeout: number;
};

export type OpenedConnection = {
  connection: Connection;
  /** For the person, e.g. that a damaged database was set aside. */
  notices: string[];
};

/** @throws MusterError `storage` */
export function openConnection(opening: Opening): OpenedConnection {
  const file = databaseFile(opening.folder);
  const notices: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    const identity = fileIdentity(file);
    try {
      return { connection: openWhole(file, opening), notices };
    } catch (error) {
      if (!isDamage(error) || attempt === attempts) {
        throw databaseError("Muster's database could not be opened", error);
      }
    }
    // Otherwise another process has set it aside meanwhile, and what is there now is clean.
    if (fileIdentity(file) !== identity && identity !== undefined) continue;
    const target = setAside(file, opening.at);
    if (target !== undefined) notices.push(setAsideNotice(target));
  }
}

const attempts = 3;

/** To be called when damage is met later on: the next who opens the database looks it through. */
export function markDamage(file: string): void {
  try {
    writeFileSync(damageMark(file), '');
  } catch {
    // The error that is being reported tells enough.
  }
}

function openWhole(file: string, opening: Opening): Connection {
  // For its owner alone; the files beside it get the same mode.
  closeSync(openSync(file, 'a', 0o600));
  lookAtVersion(file, opening);
  const sqlite = new opening.sqlite.DatabaseSync(file, { timeout: opening.busyTimeout });
  try {
    refuseNewer(versionOf({ sqlite }));
    if (existsSync(damageMark(file))) requireWhole(sqlite, file);
    const journalMode = configure(sqlite, opening.journalMode);
    const connection = makeConnection(sqlite, { file, journalMode });
    migrate(connection);
    rebuildIfChanged(connection);
    return connection;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}

/** Without a right to write: closing a connection that has it would move the log of a newer database. */
function lookAtVersion(file: string, { sqlite: { DatabaseSync }, busyTimeout }: Opening): void {
  if (statSync(file).size === 0) return;
  try {
    const sqlite = new DatabaseSync(file, { readOnly: true, timeout: busyTimeout });
    try {
      refuseNewer(versionOf({ sqlite }));
    } finally {
      sqlite.close();
    }
  } catch (error) {
    if (!isReadOnly(error)) throw error;
  }
}

function configure(sqlite: DatabaseSync, wanted: JournalMode): JournalMode {
  const mode = sqlite.prepare(`PRAGMA journal_mode = ${wanted}`).get()?.journal_mode;
  if (mode !== wanted) throw new Error(`journal mode is ${mode}, not ${wanted}`);
  // EXTRA also makes the removal of the rollback journal durable, which is the commit.
  sqlite.exec(`PRAGMA synchronous = ${wanted === 'wal' ? 'FULL' : 'EXTRA'}`);
  // Flushes the disk's own cache on macOS; without effect elsewhere.
  sqlite.exec('PRAGMA fullfsync = ON');
  sqlite.exec('PRAGMA checkpoint_fullfsync = ON');
  sqlite.exec('PRAGMA foreign_keys = ON');
  sqlite.exec('PRAGMA trusted_schema = OFF');
  sqlite.exec('PRAGMA temp_store = MEMORY');
  return wanted;
}

/** @throws an error that counts as damage */
function requireWhole(sqlite: DatabaseSync, file: string): void {
  const [first] = sqlite.prepare('PRAGMA integrity_check(1)').all();
  if (first?.integrity_check !== 'ok') throw damage(`integrity check: ${first?.integrity_check}`);
  rmSync(damageMark(file), { force: true });
}

function setAsideNotice(target: string): string {
  return `Muster's database of this workspace was damaged. It was set aside as ${target} and a clean one was begun: earlier runs are not listed, and your files were not touched. Nothing was deleted.`;
}
