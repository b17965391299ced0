/** The cheap look that finds runs when the editor starts. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { describe, it } from 'mocha';
import { databaseFile } from '../../../../src/node/database/database-files.ts';
import { listRuns } from '../../../../src/node/database/list-runs.ts';
import { contractRun as runId } from '../../contract/journal.ts';
import { openedDatabases } from './opened-databases.ts';
import { sampleLog } from './sample-log.ts';

describe('a look at the runs of a workspace', function () {
  this.timeout(30_000);
  const { makeFolder, open } = openedDatabases();

  it('sees what the database lists, open or closed', async () => {
    const folder = await makeFolder();
    const database = await open(folder);
    const journal = await database.createRun(runId);
    await journal.append(sampleLog(await journal.putBody('text')).slice(0, 7));
    const startedAt = '2030-01-02T12:00:00.000Z';
    const run = { runId, request: 'Fix it', status: 'planning', startedAt, waiting: true };
    const expected = [{ ...run, provider: 'demo' }];
    assert.deepEqual(await listRuns(folder), expected);
    await database.close();
    assert.deepEqual(await listRuns(folder), expected);
  });

  it('makes nothing where there was no run', async () => {
    const folder = await makeFolder();
    assert.deepEqual(await listRuns(folder), []);
    assert.deepEqual(await readdir(folder), []);
  });

  it('finds nothing in what is no database, and leaves it as it is', async () => {
    const folder = await makeFolder();
    await writeFile(databaseFile(folder), 'not a database, but long enough to be looked at');
    assert.deepEqual(await listRuns(folder), []);
    assert.deepEqual(await readdir(folder), ['muster.db']);
  });

  it('loads neither the schemas nor the worker', () => {
    const module = new URL('../../../../src/node/database/list-runs.ts', import.meta.url);
    const program = `
      import { registerHooks } from 'node:module';
      const loaded = [];
      registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
      await import(${JSON.stringify(module.href)});
      console.log(loaded.filter((url) => /zod|worker/.test(url)).length, loaded.length > 1);`;
    const args = ['--input-type=module', '--eval', program];
    assert.equal(execFileSync(process.execPath, args, { encoding: 'utf8' }).trim(), '0 true');
  });
});
