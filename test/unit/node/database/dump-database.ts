/** A database as SQL text. Run by itself it writes one of the newest version into `versions/`, for the tests of later ones. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { databaseFile } from '../../../../src/node/database/database-files.ts';
import { openDatabase } from '../../../../src/node/database/open-database.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { sampleLog } from './sample-log.ts';

/** The definitions of tables and indexes, in order of their names. */
export function schemaOf(sqlite: DatabaseSync): string[] {
  return sqlite
    .prepare(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .all()
    .map(({ sql }) => String(sql));
}

export function dumpOf(sqlite: DatabaseSync): string {
  const version = sqlite.prepare('PRAGMA user_version').get()?.user_version;
  const tables = sqlite.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid",
  );
  const rows = tables.all().flatMap(({ name }) => insertsOf(sqlite, String(name)));
  const schema = sqlite.prepare(
    'SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid',
  );
  const definitions = schema.all().map(({ sql }) => `${sql};`);
  return `${[...definitions, ...rows, `PRAGMA user_version = ${version};`].join('\n')}\n`;
}

function insertsOf(sqlite: DatabaseSync, table: string): string[] {
  const columns = sqlite.prepare(`PRAGMA table_xinfo(${table})`).all();
  // Not those that are computed.
  const names = columns.filter(({ hidden }) => hidden === 0).map(({ name }) => String(name));
  return sqlite
    .prepare(`SELECT ${names.join(', ')} FROM ${table}`)
    .all()
    .map((row) => {
      const values = names.map((name) => literal(row[name] ?? null)).join(', ');
      return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${values});`;
    });
}

function literal(value: SQLOutputValue): string {
  if (value === null) return 'NULL';
  if (value instanceof Uint8Array) return `x'${Buffer.from(value).toString('hex')}'`;
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

async function writeNewest(): Promise<void> {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'muster-dump-')));
  try {
    const clock = { now: () => new Date('2030-01-02T12:00:00.000Z') };
    const database = await openDatabase(folder, { clock });
    const journal = await database.createRun(RunId.parse('run-1'));
    await journal.append(sampleLog(await journal.putBody('text')));
    const at = clock.now().toISOString();
    await database.instruct(journal.runId, [{ instruction: { do: 'cancel' }, by: 'you', at }]);
    await database.close();
    const sqlite = new DatabaseSync(databaseFile(folder));
    // Nothing of the machine that wrote it.
    sqlite.exec("UPDATE leases SET host = NULL, pid = NULL, process_start = NULL, beat_at = ''");
    sqlite.exec('UPDATE runs SET created_at = started_at');
    const version = sqlite.prepare('PRAGMA user_version').get()?.user_version;
    const file = fileURLToPath(new URL(`versions/${version}.sql`, import.meta.url));
    writeFileSync(file, dumpOf(sqlite));
    sqlite.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeNewest();
