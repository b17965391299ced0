/** Storage that is damaged, locked, read-only, full, newer or missing: a clear word, and nothing half-written. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'mocha';
import { makeConnection } from '../../../../src/node/database/connection.ts';
import { databaseError } from '../../../../src/node/database/database-error.ts';
import { databaseFile } from '../../../../src/node/database/database-files.ts';
import { migrations } from '../../../../src/node/database/migrations.ts';
import { openConnection } from '../../../../src/node/database/open-connection.ts';
import { requireSqlite } from '../../../../src/node/database/sqlite-module.ts';
import { makeStore, type Store } from '../../../../src/node/database/store.ts';
import { noon, contractRun as runId, statusEvent } from '../../contract/journal.ts';
import { openedDatabases, openingOf } from './opened-databases.ts';

const self = { host: 'here', pid: 1, start: 's', startOf: async () => 's' };
const setAsideName = 'muster.db.corrupt-20300102T120000Z';

describe('bad storage', function () {
  this.timeout(60_000);
  const { makeFolder, open, connect, query } = openedDatabases();

  async function folderWithRun(events = 3): Promise<string> {
    const folder = await makeFolder();
    const database = await open(folder);
    const journal = await database.createRun(runId);
    for (let count = 0; count < events; count += 1) await journal.append([statusEvent('planning')]);
    await database.close();
    return folder;
  }
  const appendTo = (store: Store, text: string) => {
    const lease = store.create(runId);
    store.putBody(text);
    const [outcome] = store.append([
      { runId, ...lease, v: 1, at: noon.toISOString(), bodies: [statusEvent('planning')] },
    ]);
    return outcome;
  };

  it('that is damaged at its beginning is set aside whole, said so, and begun clean', async () => {
    const folder = await folderWithRun();
    const damaged = await readFile(databaseFile(folder));
    damaged.fill(0x2a, 0, 200);
    await writeFile(databaseFile(folder), damaged);
    const database = await open(folder);
    assert.equal(database.notices.length, 1);
    assert.match(database.notices[0] ?? '', new RegExp(`set aside as .*${setAsideName}`));
    assert.deepEqual(await database.listRuns(), []);
    await (await database.createRun(runId)).append([statusEvent('planning')]);
    assert.deepEqual(await readFile(path.join(folder, setAsideName)), damaged);
  });

  it('that is damaged inside is reported when it is met, and set aside at the next start', async () => {
    const folder = await folderWithRun(400);
    const [{ rootpage = 0 } = {}] = query(
      folder,
      "SELECT rootpage FROM sqlite_schema WHERE name = 'events'",
    );
    const damaged = await readFile(databaseFile(folder));
    damaged.fill(0x2a, (Number(rootpage) - 1) * 4096, Number(rootpage) * 4096);
    await writeFile(databaseFile(folder), damaged);
    const database = await open(folder);
    assert.deepEqual(database.notices, []);
    await assert.rejects(database.readRun(runId).read(), {
      code: 'storage',
      message: /is damaged/,
    });
    await database.close();
    const next = await open(folder);
    assert.equal(next.notices.length, 1);
    await (await next.createRun(runId)).append([statusEvent('planning')]);
    assert.ok((await readdir(folder)).includes(setAsideName));
  });

  it('set aside twice in a second keeps both', async () => {
    const folder = await makeFolder();
    for (const text of ['no database, once', 'no database, twice']) {
      await writeFile(databaseFile(folder), text.repeat(200));
      await writeFile(`${databaseFile(folder)}-wal`, 'left over');
      await (await open(folder)).close();
    }
    const names = await readdir(folder);
    for (const name of [setAsideName, `${setAsideName}-2`]) {
      assert.ok(names.includes(name) && names.includes(`${name}-wal`), names.join(' '));
    }
  });

  it('that several find damaged at once is set aside once', async () => {
    const folder = await makeFolder();
    await writeFile(databaseFile(folder), 'no database'.repeat(400));
    const opened = await Promise.all(Array.from({ length: 4 }, () => open(folder)));
    const notices = opened.flatMap((database) => database.notices);
    assert.equal(notices.length, 1, notices.join('\n'));
    const journal = await opened[0]?.createRun(runId);
    await journal?.append([statusEvent('planning')]);
    for (const database of opened) {
      assert.equal((await database.readRun(runId).read()).length, 1);
    }
  });

  it('of a newer version is refused and stays as it is', async () => {
    const folder = await folderWithRun();
    const other = new DatabaseSync(databaseFile(folder));
    other.exec(`PRAGMA user_version = ${migrations.length + 1}`);
    // Left with its log beside it, as another process that has it open leaves it.
    const aside = await makeFolder();
    for (const ending of ['', '-wal']) {
      await copyFile(databaseFile(folder) + ending, databaseFile(aside) + ending);
    }
    other.close();
    const before = await filesOf(aside);
    await assert.rejects(open(aside), { code: 'storage', message: /newer Muster/ });
    assert.deepEqual(await filesOf(aside), before);
  });

  it('that another program keeps locked is waited for, then refused', async () => {
    const folder = await folderWithRun();
    const database = await open(folder, { busy: 20 });
    const journal = await database.openRun(runId);
    const other = new DatabaseSync(databaseFile(folder));
    other.exec('BEGIN IMMEDIATE');
    await assert.rejects(journal.append([statusEvent('executing')]), {
      code: 'storage',
      message: /keeps the database locked/,
    });
    other.exec('ROLLBACK');
    other.close();
    const [event] = await journal.append([statusEvent('executing')]);
    assert.equal(event?.seq, 4);
  });

  it('that is full takes nothing of an append, and goes on when there is room', async () => {
    const folder = await makeFolder();
    const connection = connect(folder);
    const store = makeStore(connection, self);
    const pages = connection.sqlite.prepare('PRAGMA page_count').get()?.page_count;
    connection.sqlite.exec(`PRAGMA max_page_count = ${Number(pages) + 2}`);
    const outcome = appendTo(store, 'x'.repeat(100_000));
    assert.ok(outcome && 'error' in outcome);
    assert.equal((outcome.error as { errcode: number }).errcode, 13);
    const count = 'SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM blobs) AS count';
    assert.deepEqual(query(folder, count), [{ count: 0 }]);
    connection.sqlite.exec('PRAGMA max_page_count = 10000');
    const [row] = query(folder, 'SELECT owner, epoch FROM leases');
    const lease = { owner: String(row?.owner), epoch: Number(row?.epoch) };
    const [after] = store.append([
      { runId, ...lease, v: 1, at: noon.toISOString(), bodies: [statusEvent('planning')] },
    ]);
    assert.deepEqual(after, { first: 1 });
    assert.deepEqual(query(folder, count), [{ count: 2 }]);
  });

  it('that turns read-only under way takes nothing of an append, and goes on when it is writable', async () => {
    const folder = await makeFolder();
    const connection = connect(folder);
    const store = makeStore(connection, self);
    const lease = store.create(runId);
    const append = () =>
      store.append([
        { runId, ...lease, v: 1, at: noon.toISOString(), bodies: [statusEvent('planning')] },
      ])[0];
    connection.sqlite.exec('PRAGMA query_only = 1');
    const refused = append();
    assert.ok(refused && 'error' in refused);
    assert.match(
      databaseError('The events could not be stored', refused.error).userMessage,
      /no permission to write there.*your files were not touched.*writable, then resume/,
    );
    connection.sqlite.exec('PRAGMA query_only = 0');
    assert.deepEqual(append(), { first: 1 });
  });

  it('that is read-only is refused', async () => {
    const folder = await folderWithRun();
    const file = databaseFile(folder);
    const sqlite = new DatabaseSync(file, { readOnly: true });
    const store = makeStore(makeConnection(sqlite, { file, journalMode: 'wal' }), self);
    await assert.rejects(store.acquire(runId), { errcode: 8 });
    sqlite.close();
    const blocked = await makeFolder();
    await mkdir(databaseFile(blocked));
    await assert.rejects(open(blocked), { code: 'storage' });
    await assert.rejects(open(path.join(blocked, 'nowhere')), { code: 'storage' });
  });

  it('that was removed or replaced under way takes nothing more', async () => {
    const folder = await folderWithRun();
    const journal = await (await open(folder)).openRun(runId);
    await rename(databaseFile(folder), `${databaseFile(folder)}.moved`);
    const moved = { code: 'storage', message: /moved, replaced or removed/ };
    await assert.rejects(journal.append([statusEvent('planning')]), moved);
    await copyFile(`${databaseFile(folder)}.moved`, databaseFile(folder));
    await assert.rejects(journal.append([statusEvent('planning')]), moved);
  });

  it('whose last writes were torn keeps everything before them', async () => {
    const folder = await makeFolder();
    const database = await open(folder);
    const journal = await database.createRun(runId);
    for (let count = 0; count < 40; count += 1) {
      await journal.append([statusEvent('planning'), statusEvent('executing')]);
    }
    const wal = (await readFile(`${databaseFile(folder)}-wal`)).length;
    const seed = Math.floor(Math.random() * 2 ** 31);
    const kept = new Set<number>();
    for (const cut of [0, 1, 31, 32, wal - 1, wal, ...randomNumbers(seed, 14, wal)]) {
      const torn = await makeFolder();
      for (const ending of ['', '-wal']) {
        await copyFile(databaseFile(folder) + ending, databaseFile(torn) + ending);
      }
      await truncate(`${databaseFile(torn)}-wal`, cut);
      const numbers = await survivors(torn);
      const context = `cut at ${cut}, seed ${seed}`;
      assert.deepEqual(
        numbers,
        Array.from(numbers, (_, at) => at + 1),
        context,
      );
      assert.equal(numbers.length % 2, 0, `half an append, ${context}`);
      if (cut === wal) assert.equal(numbers.length, 80);
      kept.add(numbers.length);
    }
    assert.ok(kept.size > 3);
  });

  /** Numbers of the events that a torn database still has, opened and gone on with. */
  async function survivors(folder: string): Promise<number[]> {
    const connection = connect(folder);
    const [check] = connection.sqlite.prepare('PRAGMA integrity_check').all();
    assert.equal(check?.integrity_check, 'ok');
    const rows = connection.sqlite.prepare('SELECT seq FROM events ORDER BY seq').all();
    connection.close();
    await rm(databaseFile(folder), { force: true });
    return rows.map(({ seq }) => Number(seq));
  }

  it('without node:sqlite is said in words', () => {
    assert.throws(() => requireSqlite(() => undefined), {
      code: 'storage',
      message: /node:sqlite/,
    });
    const module = new URL('../../../../src/node/database/open-database.ts', import.meta.url);
    const program = `import { openDatabase } from ${JSON.stringify(module.href)};
      await openDatabase('.', { clock: { now: () => new Date() } })
        .catch((error) => console.log(error.code, error.userMessage));`;
    const args = ['--no-experimental-sqlite', '--input-type=module', '--eval', program];
    const said = execFileSync(process.execPath, args, { encoding: 'utf8', cwd: '/' });
    assert.match(said, /^storage Muster stores its runs with node:sqlite/);
  });

  it('on a network has no write-ahead log', async () => {
    const folder = await makeFolder();
    const { connection } = openConnection({ ...openingOf(folder), journalMode: 'delete' });
    const outcome = appendTo(makeStore(connection, self), 'text');
    assert.deepEqual(outcome, { first: 1 });
    const [mode] = connection.sqlite.prepare('PRAGMA journal_mode').all();
    const [sync] = connection.sqlite.prepare('PRAGMA synchronous').all();
    assert.deepEqual([mode?.journal_mode, sync?.synchronous], ['delete', 3]);
    assert.deepEqual(await readdir(folder), ['muster.db']);
    connection.close();
  });
});

async function filesOf(folder: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const name of await readdir(folder)) {
    // Only memory that readers share: it is no part of what is stored.
    if (name.endsWith('-shm')) continue;
    contents[name] = (await readFile(path.join(folder, name))).toString('base64');
  }
  return contents;
}

/** The same for the same seed (a linear congruential generator, Numerical Recipes). */
function randomNumbers(seed: number, count: number, below: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  });
}
