/** A folder of the lane that turns into a link to the outside and back while tools use it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { beforeEach, describe, it } from 'mocha';
import type { Files } from '../../../../src/engine/lane-ports.ts';
import { createLaneFiles } from '../../../../src/node/lane-files.ts';
import { isMusterError } from '../../../../src/shared/muster-error.ts';
import { closeBeforeRemoval, temporaryFolders } from '../../../support/temporary-folder.ts';

const rounds = 400;

/** Says a word once it has begun, leaves each state for a moment, and ends by itself. */
const exchanging = `
const { renameSync, rmSync, symlinkSync, unlinkSync } = require('node:fs');
const began = performance.now();
const stay = (ms) => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};
const tried = (step) => {
  try { step(); } catch {}
};
process.stdout.write('exchanging');
while (performance.now() - began < 50_000) {
  tried(() => renameSync('dir', 'away'));
  // What was written meanwhile made the folder anew.
  tried(() => rmSync('dir', { recursive: true }));
  tried(() => symlinkSync('../outside', 'dir'));
  stay(Math.random());
  tried(() => unlinkSync('dir'));
  tried(() => rmSync('dir', { recursive: true }));
  tried(() => renameSync('away', 'dir'));
  stay(2 * Math.random());
}`;

describe('A folder that is exchanged for a link over and over', function () {
  this.timeout(60_000);
  const temporaryFolder = temporaryFolders();
  let files: Files;
  let outside: string;

  beforeEach(async () => {
    const base = await temporaryFolder();
    const lane = path.join(base, 'lane');
    outside = path.join(base, 'outside');
    await mkdir(path.join(lane, 'dir'), { recursive: true });
    await mkdir(outside);
    await writeFile(path.join(lane, 'dir', 'file'), 'inside');
    await writeFile(path.join(outside, 'file'), 'secret');
    files = createLaneFiles(lane);
    const child = spawn(process.execPath, ['-e', exchanging], {
      cwd: lane,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
    closeBeforeRemoval(() => {
      child.kill('SIGKILL');
      return closed;
    });
  });

  async function tried<T>(use: () => Promise<T>): Promise<T | undefined> {
    try {
      return await use();
    } catch (error) {
      assert.ok(isMusterError(error) || 'code' in (error as object), String(error));
      return undefined;
    }
  }

  it('gives nothing of the outside to read', async () => {
    let read = 0;
    for (let round = 0; round < rounds; round += 1) {
      const bytes = await tried(() => files.read('dir/file'));
      if (bytes === undefined) continue;
      assert.equal(Buffer.from(bytes).toString(), 'inside');
      read += 1;
    }
    assert.ok(read > 0, 'nothing was ever read');
  });

  it('takes nothing that is written to the outside, and removes nothing there', async () => {
    let written = 0;
    for (let round = 0; round < rounds; round += 1) {
      const made = await tried(async () => {
        await files.write(`dir/new-${round}`, Buffer.from('x'));
        return true;
      });
      if (made) written += 1;
      await tried(() => files.write('dir/file', Buffer.from('inside')));
      await tried(() => files.remove(`dir/new-${round}`));
      await tried(() => files.remove('dir/file'));
    }
    assert.ok(written > 0, 'nothing was ever written');
    assert.deepEqual(await readdir(outside), ['file']);
    assert.equal(await readFile(path.join(outside, 'file'), 'utf8'), 'secret');
  });
});
