/** Merges of three texts come out as git's own, in every encoding that is certain. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import {
  mergeTexts,
  mergeTogether,
  type ThreeTexts,
} from '../../../../src/node/git/merge-texts.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { randomCase } from '../../engine/review/random-texts.ts';
import { seededRandom } from '../../shared/seeded-random.ts';

const never = new AbortController().signal;
const random = seededRandom();
const amount = 150;

const wide = (text: string, order: 'le' | 'be' = 'le') => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return order === 'le' ? bytes : bytes.swap16();
};

describe(`A merge of three texts (SEED=${random.seed})`, function () {
  this.timeout(120_000);
  const makeFolder = temporaryFolders();

  async function byGit(texts: ThreeTexts, favour: readonly string[]): Promise<string | undefined> {
    const folder = await makeFolder();
    for (const [name, bytes] of Object.entries(texts)) {
      await writeFile(path.join(folder, name), bytes);
    }
    const args = ['merge-file', '-p', '-q', ...favour, 'now', 'base', 'wanted'];
    const { status, stdout } = spawnSync('git', args, { cwd: folder });
    return status === 0 ? stdout.toString('latin1') : undefined;
  }

  it(`is that of git, for ${amount} at random, and a conflict where that has one`, async () => {
    const merge = mergeTogether(never);
    let [clean, conflicts] = [0, 0];
    for (let count = 0; count < amount; count += 1) {
      // Two changes of one text.
      const { base, head: now } = randomCase(random, 0);
      const wanted = randomCase(random, 0, base.toString('latin1')).head;
      const texts = { base, now, wanted };
      for (const [prefer, favour] of [
        ['neither', []],
        ['wanted', ['--theirs']],
      ] as const) {
        const expected = await byGit(texts, favour);
        const merged = await merge(texts, prefer);
        const is = merged && Buffer.from(merged).toString('latin1');
        assert.equal(
          is,
          expected,
          JSON.stringify(texts, (_, value) => value),
        );
        if (expected === undefined) conflicts += 1;
        else clean += 1;
      }
    }
    assert.ok(clean > amount / 2 && conflicts > 10, `${clean} clean, ${conflicts} conflicts`);
  });

  for (const order of ['le', 'be'] as const) {
    it(`keeps both changes in UTF-16 ${order}, with the mark and mixed ends of line`, async () => {
      const texts = {
        base: wide('a\r\nb\nc\r\nd', order),
        now: wide('mine\r\na\r\nb\nc\r\nd', order),
        wanted: wide('a\r\nb\nc\r\n\u010a', order),
      };
      const merged = await mergeTexts(texts, 'neither', never);
      assert.deepEqual(merged && Buffer.from(merged), wide('mine\r\na\r\nb\nc\r\n\u010a', order));
      const both = { ...texts, now: wide('a\r\nb\nc\r\nD', order) };
      assert.equal(await mergeTexts(both, 'neither', never), undefined);
      const preferred = await mergeTexts(both, 'wanted', never);
      assert.deepEqual(preferred && Buffer.from(preferred), both.wanted);
    });
  }

  it('is none where the encodings differ, or cannot be told', async () => {
    const [base, now, wanted] = ['a\nb\nc\n', 'x\na\nb\nc\n', 'a\nb\nc\ny\n'] as const;
    const utf8 = (text: string) => Buffer.from(text);
    const mixed: ThreeTexts[] = [
      { base: utf8(base), now: wide(now), wanted: utf8(wanted) },
      { base: wide(base), now: wide(now), wanted: wide(wanted, 'be') },
      {
        base: wide(base).subarray(2),
        now: wide(now).subarray(2),
        wanted: wide(wanted).subarray(2),
      },
      { base: wide(base), now: wide(now).subarray(0, -1), wanted: wide(wanted) },
      { base: wide(base), now: wide(`${now}\ud800`), wanted: wide(wanted) },
    ];
    for (const texts of mixed) assert.equal(await mergeTexts(texts, 'wanted', never), undefined);
  });

  it('ends when it is aborted', async () => {
    const abort = new AbortController();
    const merge = mergeTogether(abort.signal);
    const bytes = Buffer.from('a\n');
    const merging = merge({ base: bytes, now: Buffer.from('b\n'), wanted: bytes }, 'neither');
    abort.abort(new Error('enough'));
    await assert.rejects(merging, /enough/);
  });
});
