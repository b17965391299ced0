/** A revert takes back what a run applied, and never what the person did since. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import type { RevertOutcome } from '../../../../src/engine/apply-port.ts';
import { type ApplyOptions, createApply } from '../../../../src/node/apply/apply.ts';
import { forgetOldApplies } from '../../../../src/node/apply/forget-applies.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { isMusterError } from '../../../../src/shared/muster-error.ts';
import { applyPlaces } from './apply-places.ts';
import { countedOperations } from './counted-operations.ts';
import { makeSample, sampleAfter, sampleChanges, write } from './sample-changes.ts';
import { treeOf } from './tree-of.ts';

const never = new AbortController().signal;
const run = RunId.parse('20260101-000000-aaaaaa');
const other = RunId.parse('20260101-000000-bbbbbb');

describe('A revert', () => {
  const makePlaces = applyPlaces();
  let workspace: string;
  let folder: string;
  const at = (...names: string[]): string => path.join(workspace, ...names);
  const apply = (options: Partial<ApplyOptions> = {}) =>
    createApply({ workspace, folder, run, ...options });
  const revert = (options: Partial<ApplyOptions> = {}): Promise<RevertOutcome> =>
    apply(options).revert(never);

  beforeEach(async () => {
    ({ workspace, folder } = await makePlaces());
    await makeSample(workspace);
  });

  it('restores files, folders, links, modes and permissions, to the byte', async () => {
    const before = await treeOf(workspace);
    await apply().apply(sampleChanges, never);
    assert.deepEqual(await treeOf(workspace), sampleAfter);
    const outcome = await revert();
    assert.deepEqual(outcome.left, []);
    assert.deepEqual(outcome.reverted, sampleChanges.map((each) => each.path).toSorted());
    assert.deepEqual(await treeOf(workspace), before);
    assert.deepEqual((await revert()).left, [], 'a second time it finds everything in place');
  });

  it('merges with what was changed since, and leaves a conflict alone', async () => {
    await writeFile(at('t'), '1\n2\n3\n4\n5\n');
    await writeFile(at('u'), 'u\n');
    const changes = [
      write('t', '1\n2\n3\n4\n5\n', '1\n2\n3\n4\nFIVE\n'),
      write('u', 'u\n', 'U\n'),
      write('made', undefined, 'made\n'),
    ];
    await apply().apply(changes, never);
    await writeFile(at('t'), 'MINE\n2\n3\n4\nFIVE\n');
    await writeFile(at('u'), 'mine\n');
    await writeFile(at('made'), 'made\nand more\n');
    const { reverted, left } = await revert();
    assert.deepEqual(reverted, ['t']);
    assert.deepEqual(
      left.map((each) => each.path),
      ['made', 'u'],
    );
    assert.match(left[1]?.reason ?? '', /since it was applied, in the same places\. It was left/);
    assert.equal(await readFile(at('t'), 'utf8'), 'MINE\n2\n3\n4\n5\n');
    assert.equal(await readFile(at('u'), 'utf8'), 'mine\n');
    assert.equal(await readFile(at('made'), 'utf8'), 'made\nand more\n');
  });

  it('takes a merged file back to what the person had', async () => {
    await writeFile(at('t'), 'MINE\n2\n3\n4\n5\n');
    await apply().apply([write('t', '1\n2\n3\n4\n5\n', '1\n2\n3\n4\nFIVE\n')], never);
    assert.equal(await readFile(at('t'), 'utf8'), 'MINE\n2\n3\n4\nFIVE\n');
    await revert();
    assert.equal(await readFile(at('t'), 'utf8'), 'MINE\n2\n3\n4\n5\n');
  });

  it('takes back several applies of a run, and nothing of another run', async () => {
    const before = await treeOf(workspace);
    await apply().apply([write('a.txt', 'a', 'b'), write('sub/n', undefined, 'n')], never);
    await apply().apply([write('a.txt', 'b', 'c'), write('sub/n', 'n')], never);
    await apply({ run: other }).apply([write('sub/b.txt', 'b', 'B')], never);
    await revert();
    assert.deepEqual(await treeOf(workspace), { ...before, 'sub/b.txt': '640 B' });
  });

  it('keeps a folder that was there before, empty', async () => {
    await mkdir(at('empty'));
    await apply().apply(
      [write('empty/x', undefined, 'x'), write('fresh/x', undefined, 'x')],
      never,
    );
    await revert();
    assert.deepEqual(await readdir(at('empty')), []);
    await assert.rejects(readdir(at('fresh')));
  });

  it('leaves what cannot be read or written, with the reason', async () => {
    await apply().apply([write('a.txt', 'a', 'A'), write('sub/b.txt', 'b', 'B')], never);
    await rm(at('a.txt'));
    await mkdir(at('a.txt'));
    await chmod(at('sub/b.txt'), 0o444);
    const { reverted, left } = await revert();
    assert.deepEqual(reverted, []);
    assert.match(left.map((each) => each.reason).join(' '), /became a folder.*read-only/);
  });

  it('puts everything back when it fails in the middle', async () => {
    await apply().apply(sampleChanges, never);
    const operations = countedOperations(async (step) => {
      if (step === 20) throw Object.assign(new Error('injected'), { code: 'ENOSPC' });
    });
    await assert.rejects(
      revert({ operations }),
      /could not be reverted: the disk is full\. The workspace is as it was before/,
    );
    assert.deepEqual(await treeOf(workspace), sampleAfter);
  });

  it('says so when what was replaced is damaged or no longer kept', async () => {
    await apply().apply([write('a.txt', 'a', 'A')], never);
    const [id = ''] = await readdir(path.join(folder, 'applies'));
    await truncate(path.join(folder, 'applies', id, 'kept'), 0);
    const { left } = await revert();
    assert.match(left[0]?.reason ?? '', /copy of a\.txt that was kept is damaged/);
    await apply({ run: other }).apply([write('sub/b.txt', 'b', 'B')], never);
    await forgetOldApplies(folder, { bytes: 0, applies: 1 });
    await assert.rejects(revert(), (error) => isMusterError(error) && error.code === 'not-found');
    assert.deepEqual((await revert({ run: other })).reverted, ['sub/b.txt'], 'the newest is kept');
  });
});
