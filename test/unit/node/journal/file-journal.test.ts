/** A log survives what happens to files: crashes in mid-write, damage, other processes, a full disk. */
import assert from 'node:assert/strict';
import { appendFile, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { describe, it } from 'mocha';
import { openLogWriter } from '../../../../src/node/journal/event-log.ts';
import { createRun, openRun, readRun } from '../../../../src/node/journal/file-journal.ts';
import { runFiles } from '../../../../src/node/journal/run-files.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import {
  stoppedClock as clock,
  contractRun as runId,
  statusEvent,
} from '../../contract/journal.ts';

describe('the log of a run', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();

  /** A closed run with three appends: one event, two events, one event. */
  async function threeAppends() {
    const state = await makeFolder();
    const journal = await createRun(state, runId, { clock });
    await journal.append([statusEvent('analyzing')]);
    await journal.append([statusEvent('planning'), statusEvent('executing')]);
    const beforeLast = (await stat(runFiles(state, runId).log)).size;
    await journal.append([statusEvent('analyzing')]);
    await journal.close();
    const files = runFiles(state, runId);
    const reopen = () => openRun(state, runId, { clock });
    const seqs = async () => (await readRun(state, runId).read()).map((event) => event.seq);
    const setAside = async () =>
      (await readdir(files.folder)).filter((name) => name.includes('.torn-'));
    return { state, files, beforeLast, reopen, seqs, setAside };
  }

  it('is one record a line that any tool can read', async () => {
    const { files } = await threeAppends();
    const lines = (await readFile(files.log, 'utf8')).trimEnd().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).seq),
      [1, 2, 3, 4],
    );
  });

  it('drops a record that was torn in mid-write, keeps it aside, and goes on', async () => {
    const { files, beforeLast, reopen, seqs, setAside } = await threeAppends();
    const whole = await readFile(files.log);
    await truncate(files.log, whole.length - 7);
    assert.deepEqual(await seqs(), [1, 2, 3]);
    const journal = await reopen();
    assert.equal((await stat(files.log)).size, beforeLast);
    const [event] = await journal.append([statusEvent('planning')]);
    assert.equal(event?.seq, 4);
    await journal.close();
    assert.deepEqual(await seqs(), [1, 2, 3, 4]);
    const [kept, ...more] = await setAside();
    assert.deepEqual(more, []);
    const torn = await readFile(path.join(files.folder, kept ?? ''));
    assert.deepEqual(torn, whole.subarray(beforeLast, whole.length - 7));
  });

  it('is whole or without the append at every byte at which a write can stop', async () => {
    const { state, files, seqs } = await threeAppends();
    const whole = await readFile(files.log);
    const ends = [...whole.entries()].filter(([, byte]) => byte === 10).map(([at]) => at + 1);
    const afterOne = ends[0] ?? 0;
    const afterThree = ends[2] ?? 0;
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(files.log, whole.subarray(0, length));
      const expected =
        length < afterOne
          ? []
          : length < afterThree
            ? [1]
            : length < whole.length
              ? [1, 2, 3]
              : [1, 2, 3, 4];
      assert.deepEqual(await seqs(), expected, `cut at ${length}`);
    }
    await truncate(files.log, afterOne + 3);
    const journal = await openRun(state, runId, { clock });
    assert.deepEqual((await journal.append([statusEvent('planning')]))[0]?.seq, 2);
    await journal.close();
  });

  it('drops a last line that power failure left full of other bytes', async () => {
    const { files, reopen, setAside } = await threeAppends();
    await appendFile(files.log, Buffer.concat([Buffer.alloc(200), Buffer.from('\n')]));
    const journal = await reopen();
    assert.equal((await journal.read()).length, 4);
    await journal.close();
    assert.equal((await setAside()).length, 1);
  });

  it('is refused with the place of the damage when a record in the middle is damaged', async () => {
    const { files, reopen, seqs } = await threeAppends();
    const text = await readFile(files.log, 'utf8');
    for (const damage of [
      text.replace('"planning"', '"plannin'),
      text.replace('"planning"', '"singing"'),
      text.replace('"seq":2', '"seq":3'),
      text.replace(
        '"runId":"run-1","type":"workflow:status","status":"planning"',
        '"runId":"run-2","type":"workflow:status","status":"planning"',
      ),
    ]) {
      assert.notEqual(damage, text);
      await writeFile(files.log, damage);
      await assert.rejects(reopen(), { code: 'storage', message: /line 2 of .*events\.jsonl/ });
      await assert.rejects(seqs(), { code: 'storage' });
      assert.equal(await readFile(files.log, 'utf8'), damage);
    }
    await writeFile(files.log, text);
    await (await reopen()).close();
  });

  it('is not written over when something else has written to it', async () => {
    const { files, reopen } = await threeAppends();
    const journal = await reopen();
    await appendFile(files.log, 'not from here\n');
    await assert.rejects(journal.append([statusEvent('planning')]), { code: 'storage' });
    await assert.rejects(journal.append([statusEvent('planning')]), { code: 'storage' });
    assert.match(await readFile(files.log, 'utf8'), /not from here\n$/);
    await journal.close();
  });

  it('is seen by readers up to the last whole append while it is being written', async () => {
    const { state, reopen } = await threeAppends();
    const journal = await reopen();
    await journal.append([statusEvent('planning')]);
    const ref = await journal.putBody('text');
    const reader = readRun(state, runId);
    assert.equal((await reader.read()).length, 5);
    assert.equal(await reader.getBody(ref), 'text');
    await journal.close();
  });

  it('says so when the run does not exist, and makes none', async () => {
    const state = await makeFolder();
    await assert.rejects(openRun(state, runId, { clock }), { code: 'not-found' });
    await assert.rejects(readRun(state, runId).read(), { code: 'not-found' });
    assert.deepEqual(await readdir(state), []);
  });

  it('is not begun twice', async () => {
    const { state } = await threeAppends();
    await assert.rejects(createRun(state, runId, { clock }), { code: 'storage' });
  });

  it('refuses a body whose file was changed or is gone', async () => {
    const { files, reopen } = await threeAppends();
    const journal = await reopen();
    const ref = await journal.putBody('the text');
    const file = path.join(files.bodies, ref.hash);
    await writeFile(file, 'the tent');
    await assert.rejects(journal.getBody(ref), { code: 'storage' });
    await rm(file);
    await assert.rejects(journal.getBody(ref), { code: 'storage' });
    await journal.close();
  });

  it('says so when the disk is full, and takes nothing more', async function () {
    if (process.platform !== 'linux') return this.skip();
    const writer = await openLogWriter('/dev/full', 0);
    await assert.rejects(writer.append(Buffer.from('{}\n')), {
      code: 'storage',
      message: /the disk is full.*Free some space/,
    });
    await assert.rejects(writer.append(Buffer.from('{}\n')), { code: 'storage' });
    await writer.close();
  });

  it('is for its owner alone', async () => {
    const { files } = await threeAppends();
    for (const file of [files.folder, files.log, files.bodies]) {
      assert.equal((await stat(file)).mode & 0o077, 0, file);
    }
  });
});
