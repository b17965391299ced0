/** A disk that is full, read-only or locked: a clear message, and the workspace as it was. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { ApplyOutcome, FileWrite } from '../../../../src/engine/apply-port.ts';
import { type ApplyOptions, createApply } from '../../../../src/node/apply/apply.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { applyPlaces } from './apply-places.ts';
import { countedOperations } from './counted-operations.ts';
import { write } from './sample-changes.ts';
import { treeOf } from './tree-of.ts';

const never = new AbortController().signal;
const run = RunId.parse('20260101-000000-aaaaaa');
const large = (letter: string) => Buffer.alloc(400_000, letter);
const program = path.join(import.meta.dirname, 'apply-large.ts');

function mountSmall(folder: string): boolean {
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]);
  return done.status === 0;
}

describe('Apply on a bad disk', () => {
  const undo: Array<() => void> = [];
  // Before the folders are removed.
  afterEach(() => {
    for (const each of undo.splice(0)) each();
  });
  const makePlaces = applyPlaces();
  let workspace: string;
  let folder: string;
  const at = (name: string): string => path.join(workspace, name);

  beforeEach(async () => {
    ({ workspace, folder } = await makePlaces());
  });
  const apply = (
    writes: readonly FileWrite[],
    options: Partial<ApplyOptions> = {},
  ): Promise<ApplyOutcome> =>
    createApply({ workspace, folder, run, ...options }).apply(writes, never);

  it('that is full in the middle changes nothing, and a revert neither', async function () {
    if (!mountSmall(workspace)) this.skip();
    undo.push(() => execFileSync('umount', [workspace]));
    await writeFile(at('a'), large('a'));
    await writeFile(at('b'), 'b');
    const before = await treeOf(workspace);
    const full = /the disk is full\. The workspace is as it was before\. Remove the cause/;
    const writes = [
      write('b', 'b', 'B'),
      write('a', large('a'), large('A')),
      write('c', undefined, large('c')),
    ];
    await assert.rejects(apply(writes), full);
    assert.deepEqual(await treeOf(workspace), before);
    assert.deepEqual(await readdir(path.join(folder, 'applies')), []);
    await apply([write('b', 'b', 'B'), write('a', large('a'))]);
    await writeFile(at('filler'), large('f'));
    await writeFile(at('filler2'), large('f'));
    const after = await treeOf(workspace);
    await assert.rejects(
      createApply({ workspace, folder, run }).revert(never),
      /could not be reverted: the disk is full/,
    );
    assert.deepEqual(await treeOf(workspace), after);
  });

  it('that is full where the journal is kept changes nothing', async function () {
    await mkdir(folder);
    if (!mountSmall(folder)) this.skip();
    undo.push(() => execFileSync('umount', [folder]));
    const writes = ['a', 'b', 'c'].map((name) => write(name, undefined, large(name)));
    await assert.rejects(apply(writes), /the disk is full/);
    assert.deepEqual(await treeOf(workspace), {});
  });

  it('that takes no file of that size changes nothing', async function () {
    if (process.platform === 'win32') this.skip();
    const size = String(4 * 1024 * 1024);
    const limited = `ulimit -f 1024 && exec "$@"`;
    const args = [process.execPath, program, workspace, folder, size];
    const ended = spawnSync('sh', ['-c', limited, 'sh', ...args], { encoding: 'utf8' });
    assert.match(
      ended.stdout,
      /larger than the system permits\. The workspace is as it was/,
      ended.stderr,
    );
    assert.deepEqual(await treeOf(workspace), {});
  });

  it('that is read-only changes nothing', async function () {
    await writeFile(at('a'), 'a');
    if (!mountSmall(workspace)) this.skip();
    undo.push(() => execFileSync('umount', [workspace]));
    await writeFile(at('a'), 'a');
    execFileSync('mount', ['-o', 'remount,ro', workspace]);
    // Root may write in a folder without the permission, and learns the truth only on the way.
    const outcome = await apply([write('a', 'a', 'A')]).catch((error: Error) => error.message);
    const words = typeof outcome === 'string' ? outcome : JSON.stringify(outcome);
    assert.match(words, /does not permit writing|cannot be written in/);
    assert.equal(await readFile(at('a'), 'utf8'), 'a');
  });

  for (const [code, words] of [
    ['EBUSY', /another program keeps a file locked/],
    ['EPERM', /does not permit writing there/],
    ['EIO', /injected/],
  ] as const) {
    it(`that answers ${code} in the middle changes nothing`, async () => {
      await writeFile(at('a'), 'a');
      await writeFile(at('b'), 'b');
      let renames = 0;
      const operations = countedOperations(async (_, name) => {
        if (name !== 'rename') return;
        renames += 1;
        if (renames === 2) throw Object.assign(new Error('injected'), { code });
      });
      await assert.rejects(
        apply([write('a', 'a', 'A'), write('b', 'b', 'B')], { operations }),
        words,
      );
      assert.deepEqual(await treeOf(workspace), { a: '644 a', b: '644 b' });
    });
  }

  it('with a file that nobody may change leaves the others as they were', async function () {
    await writeFile(at('a'), 'a');
    await writeFile(at('b'), 'b');
    if (spawnSync('chattr', ['+i', at('b')]).status !== 0) this.skip();
    undo.push(() => execFileSync('chattr', ['-i', at('b')]));
    await assert.rejects(
      apply([write('a', 'a', 'A'), write('b', 'b', 'B')]),
      /does not permit writing there\. The workspace is as it was/,
    );
    assert.deepEqual(await treeOf(workspace), { a: '644 a', b: '644 b' });
  });
});
