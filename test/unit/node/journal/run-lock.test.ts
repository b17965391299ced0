/** One process at a time writes a run, and a dead one does not keep it. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, it } from 'mocha';
import { createRun, openRun } from '../../../../src/node/journal/file-journal.ts';
import { isRunHeld } from '../../../../src/node/journal/list-runs.ts';
import { processStart } from '../../../../src/node/journal/process-identity.ts';
import { runFiles } from '../../../../src/node/journal/run-files.ts';
import { lockRun } from '../../../../src/node/journal/run-lock.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import {
  stoppedClock as clock,
  contractRun as runId,
  statusEvent,
} from '../../contract/journal.ts';

const lockModule = fileURLToPath(
  new URL('../../../../src/node/journal/run-lock.ts', import.meta.url),
);
/** Locks, says so, and waits to be told to go. */
const holdProgram = `
  import { lockRun } from ${JSON.stringify(lockModule)};
  try { await lockRun(process.argv[1]); console.log('held'); process.stdin.resume(); }
  catch (error) { console.log(error.code); }
`;

describe('the lock of a run', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });

  async function contend(holders: string): Promise<{ child: ChildProcess; said: string }> {
    const args = ['--input-type=module', '--eval', holdProgram, holders];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    const [said] = await once(child.stdout, 'data');
    return { child, said: String(said).trim() };
  }

  it('is refused while this process holds the run, and free once it was closed', async () => {
    const state = await makeFolder();
    const journal = await createRun(state, runId, { clock });
    await journal.append([statusEvent('analyzing')]);
    assert.equal(await isRunHeld(state, runId), true);
    await assert.rejects(openRun(state, runId, { clock }), { code: 'in-use' });
    await journal.append([statusEvent('planning')]);
    await journal.close();
    assert.equal(await isRunHeld(state, runId), false);
    await (await openRun(state, runId, { clock })).close();
  });

  it('is refused while another process lives, and taken over when it was killed', async () => {
    const holders = await makeFolder();
    const { child, said } = await contend(holders);
    assert.equal(said, 'held');
    await assert.rejects(lockRun(holders), { code: 'in-use', message: new RegExp(`${child.pid}`) });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const lock = await lockRun(holders);
    assert.equal((await readdir(holders)).length, 1);
    await lock.release();
    assert.deepEqual(await readdir(holders), []);
  });

  it('is taken over from a process whose number another has got since', async () => {
    const holders = await makeFolder();
    const reused = { pid: process.pid, start: 'long ago' };
    await writeFile(path.join(holders, '1.json'), JSON.stringify(reused));
    await (await lockRun(holders)).release();
  });

  it('is taken over from what a crash left half-written', async () => {
    const holders = await makeFolder();
    await writeFile(path.join(holders, '1.json'), '{"pid":');
    await writeFile(path.join(holders, '2.json'), 'null');
    await (await lockRun(holders)).release();
  });

  it('goes to at most one of several processes that come at once', async () => {
    const holders = await makeFolder();
    const all = await Promise.all(Array.from({ length: 4 }, () => contend(holders)));
    const said = all.map((each) => each.said);
    assert.ok(said.filter((word) => word === 'held').length <= 1, said.join());
    assert.ok(
      said.every((word) => word === 'held' || word === 'in-use'),
      said.join(),
    );
  });

  it('is given back when the log turns out to be damaged', async () => {
    const state = await makeFolder();
    const journal = await createRun(state, runId, { clock });
    await journal.close();
    const { log, holders } = runFiles(state, runId);
    await writeFile(log, 'not a record\n{}\n');
    await assert.rejects(openRun(state, runId, { clock }), { code: 'storage' });
    await mkdir(holders, { recursive: true });
    assert.deepEqual(await readdir(holders), []);
  });
});

describe('the start of a process', function () {
  this.timeout(30_000);
  it('is the same each time, and there is none once it has ended', async () => {
    const start = await processStart(process.pid);
    assert.ok(start);
    assert.equal(await processStart(process.pid), start);
    const child = spawn(process.execPath, ['--eval', ''], { stdio: 'ignore' });
    await once(child, 'exit');
    assert.ok(child.pid);
    assert.notEqual(await processStart(child.pid), start);
  });
});
