/** A thread that ends leaves nobody waiting, and a thread that nobody waits for keeps no process alive. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { describe, it } from 'mocha';
import { startWorker } from '../../../../src/node/database/worker-client.ts';
import { contractRun as runId } from '../../contract/journal.ts';
import { openedDatabases } from './opened-databases.ts';

describe('the thread of a database', function () {
  this.timeout(30_000);
  const { makeFolder, open, query } = openedDatabases();
  const timing = { beat: 2_000, poll: 10, busy: 100 };

  it('that ends early fails what was asked, and all that is asked later', async () => {
    const worker = await startWorker({ folder: await makeFolder(), now: 0, timing }, () => {});
    await worker.call('create', [runId]);
    const waiting = assert.rejects(worker.call('next', [runId, 0, 1]), { code: 'storage' });
    await worker.end();
    await waiting;
    await assert.rejects(worker.call('list', []), {
      code: 'storage',
      message: /thread .* has ended/,
    });
  });

  it('asks nothing for who has given up already', async () => {
    const worker = await startWorker({ folder: await makeFolder(), now: 0, timing }, () => {});
    const gone = AbortSignal.abort(new Error('given up'));
    await assert.rejects(worker.call('list', [], { signal: gone }), /given up/);
    await worker.end();
  });

  it('lets a process end that forgot to close, and its run go to the next', async () => {
    const folder = await makeFolder();
    const module = new URL('../../../../src/node/database/open-database.ts', import.meta.url);
    const program = `import { openDatabase } from ${JSON.stringify(module.href)};
      const database = await openDatabase(process.argv[1], { clock: { now: () => new Date() } });
      const journal = await database.createRun(${JSON.stringify(runId)});
      await journal.append([{ type: 'workflow:status', status: 'planning' }]);`;
    const args = ['--input-type=module', '--eval', program, folder];
    execFileSync(process.execPath, args, { stdio: 'inherit', timeout: 20_000 });
    const journal = await (await open(folder)).openRun(runId);
    assert.equal(journal.epoch, 2);
    assert.equal((await journal.read()).length, 1);
    assert.equal(query(folder, 'PRAGMA integrity_check')[0]?.integrity_check, 'ok');
  });
});
