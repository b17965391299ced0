/** Every version of the database comes up to the next one, and to the last, with all that is in it. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'mocha';
import { databaseFile } from '../../../../src/node/database/database-files.ts';
import { migrate, versionOf } from '../../../../src/node/database/migrate.ts';
import { migrations } from '../../../../src/node/database/migrations.ts';
import { projectedTables } from '../../../../src/node/database/project.ts';
import { rebuildProjection } from '../../../../src/node/database/rebuild-projection.ts';
import { contractRun as runId } from '../../contract/journal.ts';
import { dumpOf, schemaOf } from './dump-database.ts';
import { openedDatabases } from './opened-databases.ts';

const versions = migrations.map((_, index) => index + 1);

describe('migrations', function () {
  this.timeout(30_000);
  const { makeFolder, open, connect, query } = openedDatabases();

  /** A database of that version as a release left it; `node test/unit/node/database/dump-database.ts` writes the newest. */
  async function folderOf(version: number): Promise<string> {
    const folder = await makeFolder();
    const dump = await readFile(new URL(`versions/${version}.sql`, import.meta.url), 'utf8');
    const sqlite = new DatabaseSync(databaseFile(folder));
    sqlite.exec(dump);
    sqlite.close();
    return folder;
  }

  for (const version of versions) {
    it(`lead from version ${version - 1} to ${version} as it was released`, async () => {
      const reached = new DatabaseSync(':memory:');
      const released = new DatabaseSync(databaseFile(await folderOf(version)));
      for (const step of migrations.slice(0, version)) reached.exec(step);
      assert.deepEqual(schemaOf(released), schemaOf(reached));
      reached.close();
      released.close();
    });

    it(`bring a database of version ${version} to the last with its runs`, async () => {
      const folder = await folderOf(version);
      const database = await open(folder);
      assert.deepEqual(database.notices, []);
      const journal = await database.openRun(runId);
      const events = await journal.read();
      assert.ok(events.length > 20);
      const first = events.find((event) => event.type === 'conversation:start');
      assert.equal(await journal.getBody(first?.first ?? { hash: '', bytes: 0 }), 'text');
      assert.equal((await database.listRuns())[0]?.status, 'failed');
      const told = await database.openInstructions(runId);
      assert.equal(told.length, version < 2 ? 0 : 1);
      await database.instruct(runId, [{ instruction: { do: 'pause' }, by: 'you', at: '' }]);
      assert.equal((await database.openInstructions(runId)).length, told.length + 1);
      await database.close();
      const tables = () => projectedTables.map((table) => query(folder, `SELECT * FROM ${table}`));
      const before = tables();
      rebuildProjection(connect(folder));
      assert.deepEqual(tables(), before);
    });
  }

  it('that fail leave the version before, whole', async () => {
    const connection = connect(await makeFolder());
    const before = dumpOf(connection.sqlite);
    const bad = 'CREATE TABLE half (a); DROP TABLE events; SELECT nothing FROM nowhere';
    assert.throws(() => migrate(connection, [...migrations, bad]));
    assert.equal(dumpOf(connection.sqlite), before);
  });

  it('are done one after the other, once', async () => {
    const connection = connect(await makeFolder());
    const steps = [
      ...migrations,
      'CREATE TABLE added (a)',
      'ALTER TABLE added ADD COLUMN b; INSERT INTO added VALUES (1, 2)',
    ];
    migrate(connection, steps);
    migrate(connection, steps);
    assert.equal(versionOf(connection), steps.length);
    assert.deepEqual({ ...connection.sqlite.prepare('SELECT * FROM added').get() }, { a: 1, b: 2 });
  });

  it('by two processes at once are done by one of them', async () => {
    const folder = await makeFolder();
    const opened = await Promise.all([open(folder), open(folder), open(folder)]);
    assert.deepEqual(
      opened.flatMap(({ notices }) => notices),
      [],
    );
    const [state] = query(folder, 'SELECT count(*) AS tables FROM sqlite_schema');
    const fresh = connect(await makeFolder());
    const { tables } =
      fresh.sqlite.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() ?? {};
    assert.equal(state?.tables, tables);
  });
});
