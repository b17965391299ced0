/** A difference names files, counts and hunks exactly, and its patch is one that git applies. */
import assert from 'node:assert/strict';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import type { FileChange } from '../../../../src/shared/changes.ts';
import { contentsOf } from '../../../support/folder-contents.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { laneA, never, stagedWorkspace } from './staged-workspace.ts';

const ten = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];
const text = (lines: string[]) => lines.map((line) => `${line}\n`).join('');

describe('a difference', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();

  async function differenceOf(
    before: Record<string, string | Uint8Array>,
    change: (at: (name: string) => string) => Promise<unknown>,
  ) {
    const place = await stagedWorkspace(await makeFolder());
    for (const [name, content] of Object.entries(before)) await place.write(name, content);
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    await staging.openLane(laneA, { base: commit }, never);
    await change((name) => path.join(place.laneFolder(laneA), name));
    const tree = await staging.recordTree(laneA, never);
    return { place, ...(await staging.diff(commit, tree, never)) };
  }

  /** Without ids, which are judged by themselves. */
  const ranges = (file: FileChange | undefined) =>
    file?.hunks.map((each) => [each.baseStart, each.baseLines, each.headStart, each.headLines]);

  it('has a hunk for each place that changed, with the lines of both sides', async () => {
    const { files } = await differenceOf({ 'a.txt': text(ten) }, (at) =>
      writeFile(at('a.txt'), text(['0', '1', '2', 'three', '5', '6', '7', '8', '9', '10', '11'])),
    );
    const [file] = files;
    assert.deepEqual(ranges(file), [
      [0, 0, 1, 1],
      [3, 2, 4, 1],
      [10, 0, 11, 1],
    ]);
    assert.deepEqual([file?.additions, file?.deletions, file?.binary], [3, 2, false]);
  });

  it('has one hunk for a whole added or deleted file and none for an empty one', async () => {
    const { files } = await differenceOf(
      { 'old.txt': text(ten), 'old-empty.txt': '' },
      async (at) => {
        await rm(at('old.txt'));
        await rm(at('old-empty.txt'));
        await writeFile(at('new.txt'), text(ten).replaceAll('\n', ' new\n'));
        await writeFile(at('new-empty.txt'), '');
      },
    );
    const seen = files.map((file) => [
      file.path,
      file.status,
      file.baseMode,
      file.headMode,
      ranges(file),
    ]);
    assert.deepEqual(seen, [
      ['new-empty.txt', 'added', undefined, '100644', []],
      ['new.txt', 'added', undefined, '100644', [[0, 0, 1, 10]]],
      ['old-empty.txt', 'deleted', '100644', undefined, []],
      ['old.txt', 'deleted', '100644', undefined, [[1, 10, 0, 0]]],
    ]);
  });

  it('sees the end of line and the missing one at the end of a file', async () => {
    const { files } = await differenceOf(
      { 'end.txt': 'a\nb', 'crlf.txt': 'a\r\nb\r\n', 'lone-cr.txt': 'a\rb\rc\n' },
      async (at) => {
        await writeFile(at('end.txt'), 'a\nb\n');
        await writeFile(at('crlf.txt'), 'a\r\nb\n');
        await writeFile(at('lone-cr.txt'), 'a\rB\rc\n');
      },
    );
    assert.deepEqual(Object.fromEntries(files.map((file) => [file.path, ranges(file)])), {
      'crlf.txt': [[2, 1, 2, 1]],
      'end.txt': [[2, 1, 2, 1]],
      'lone-cr.txt': [[1, 1, 1, 1]],
    });
  });

  it('has no hunks for binary files, links, modes and changes of kind', async () => {
    const { files } = await differenceOf(
      { 'a.bin': Uint8Array.of(0, 1), 'run.sh': 'x\n', kind: 'a file\n', 'z.txt': '1\n' },
      async (at) => {
        await writeFile(at('a.bin'), Uint8Array.of(0, 2));
        await chmod(at('run.sh'), 0o755);
        await rm(at('kind'));
        await symlink('run.sh', at('kind'));
        await symlink('z.txt', at('link'));
        await writeFile(at('z.txt'), '2\n');
      },
    );
    const seen = files.map((file) => [
      file.path,
      file.status,
      file.headMode,
      file.binary,
      file.hunks.length,
    ]);
    assert.deepEqual(seen, [
      ['a.bin', 'modified', '100644', true, 0],
      ['kind', 'modified', '120000', false, 0],
      ['link', 'added', '120000', false, 0],
      ['run.sh', 'modified', '100755', false, 0],
      ['z.txt', 'modified', '100644', false, 1],
    ]);
  });

  it('has the hunks of UTF-16 with a mark, and a patch to read', async () => {
    const wide = (some: string, swap = false) => {
      const bytes = Buffer.from(`\ufeff${some}`, 'utf16le');
      return swap ? bytes.swap16() : bytes;
    };
    const after = text(ten).replace('2\n', 'zwei \u010a\r\n').replace('10\n', '10');
    const { files, patch } = await differenceOf(
      { 'be.txt': wide(text(ten), true), 'gone.txt': wide('1\n'), 'le.txt': wide(text(ten)) },
      async (at) => {
        await writeFile(at('be.txt'), wide(after, true));
        await writeFile(at('le.txt'), wide(after));
        await rm(at('gone.txt'));
        await writeFile(at('cjk.txt'), wide('\u0a0a\u4e2d'));
        await writeFile(at('plain.txt'), text(ten));
      },
    );
    const changed = [
      [2, 1, 2, 1],
      [10, 1, 10, 1],
    ];
    assert.deepEqual(
      files.map((file) => [file.path, file.encoding, file.binary, file.additions, ranges(file)]),
      [
        ['be.txt', 'utf-16be', false, 2, changed],
        ['cjk.txt', 'utf-16le', false, 1, [[0, 0, 1, 1]]],
        ['gone.txt', 'utf-16le', false, 0, [[1, 1, 0, 0]]],
        ['le.txt', 'utf-16le', false, 2, changed],
        ['plain.txt', undefined, false, 10, [[0, 0, 1, 10]]],
      ],
    );
    assert.equal(patch.match(/^\+zwei \u010a\r$/gm)?.length, 2);
    assert.equal(patch.match(/^\+\ufeff\u0a0a\u4e2d$/gm)?.length, 1);
    assert.doesNotMatch(patch, /^Binary files/m);
  });

  it('says why a text has no hunks whose encoding cannot be told, or is another', async () => {
    const wide = (some: string) => Buffer.from(`\ufeff${some}`, 'utf16le');
    const { files } = await differenceOf(
      {
        'broken.txt': wide('1\n'),
        'image.png': '\x89PNG\0',
        'other.txt': '1\n2\n',
        'unmarked.txt': wide('1\n').subarray(2),
      },
      async (at) => {
        await writeFile(at('broken.txt'), wide('1\n2\n').subarray(0, -1));
        await writeFile(at('image.png'), Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'));
        await writeFile(at('other.txt'), wide('1\n3\n'));
        await writeFile(at('unmarked.txt'), wide('2\n').subarray(2));
      },
    );
    assert.deepEqual(
      files.map(({ path: name, undivided, hunks }) => [name, undivided, hunks.length]),
      [
        ['broken.txt', 'unknown-encoding', 0],
        ['image.png', undefined, 0],
        ['other.txt', 'other-encoding', 0],
        ['unmarked.txt', 'unknown-encoding', 0],
      ],
    );
  });

  it('keeps hunks of a file whose mode changed too', async () => {
    const { files } = await differenceOf({ 'run.sh': 'x\n' }, async (at) => {
      await writeFile(at('run.sh'), 'y\n');
      await chmod(at('run.sh'), 0o755);
    });
    assert.deepEqual([files[0]?.headMode, ranges(files[0])], ['100755', [[1, 1, 1, 1]]]);
  });

  it('shows a renamed file as one, with the hunks against what it was', async () => {
    const { files, patch } = await differenceOf(
      {
        'a.txt': text(ten),
        'empty.txt': '',
        'w.txt': Buffer.from(`\ufeff${text(ten)}`, 'utf16le'),
      },
      async (at) => {
        for (const name of ['a.txt', 'empty.txt', 'w.txt']) await rm(at(name));
        await mkdir(at('sub'));
        await writeFile(at('sub/b.txt'), text(ten).replace('3', 'three'));
        await writeFile(at('sub/empty.txt'), '');
        await writeFile(at('sub/w.txt'), Buffer.from(`\ufeff${text(ten)}11\n`, 'utf16le'));
      },
    );
    assert.deepEqual(
      files.map((file) => [file.path, file.status, file.renamedFrom, ranges(file)]),
      [
        ['empty.txt', 'deleted', undefined, []],
        ['sub/b.txt', 'modified', 'a.txt', [[3, 1, 3, 1]]],
        ['sub/empty.txt', 'added', undefined, []],
        ['sub/w.txt', 'modified', 'w.txt', [[10, 0, 11, 1]]],
      ],
    );
    assert.match(patch, /^rename from a\.txt\nrename to sub\/b\.txt$/m);
    assert.match(patch, /^\+11$/m);
  });

  it('is not misled by lines that look like a patch', async () => {
    const tricky = 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-- \n';
    const { files } = await differenceOf({ 'a.txt': 'x\n', 'b.txt': 'x\n' }, async (at) => {
      await writeFile(at('a.txt'), tricky);
      await writeFile(at('b.txt'), `${tricky}x\n`);
    });
    assert.deepEqual(files.map(ranges), [[[1, 1, 1, 5]], [[0, 0, 1, 5]]]);
  });

  it('names a hunk for its content, so that the others of the file do not matter', async () => {
    const change = (lines: string[]) =>
      differenceOf({ 'a.txt': text(ten) }, (at) => writeFile(at('a.txt'), text(lines)));
    const both = await change(['1', 'two', '3', '4', '5', '6', '7', 'eight', '9', '10']);
    const second = await change(['1', '2', '3', '4', '5', '6', '7', 'eight', '9', '10']);
    assert.equal(both.files[0]?.hunks.length, 2);
    assert.equal(both.files[0]?.hunks[1]?.id, second.files[0]?.hunks[0]?.id);
    const same = await differenceOf({ 'a.txt': text(['a', 'x', 'b', 'x', 'c']) }, (at) =>
      writeFile(at('a.txt'), text(['a', 'y', 'b', 'y', 'c'])),
    );
    const ids = same.files[0]?.hunks.map((hunk) => hunk.id) ?? [];
    assert.equal(new Set(ids).size, 2);
  });

  it('has paths as they are, in order', async () => {
    const names = [
      'a b.txt',
      'a\nb.txt',
      'a"b.txt',
      '\u65e5\u672c.txt',
      '-x',
      'a/b.txt',
      'a-b.txt',
    ];
    const { files } = await differenceOf({}, async (at) => {
      await mkdir(at('a'));
      for (const name of names) await writeFile(at(name), 'x\n');
    });
    assert.deepEqual(
      files.map((file) => file.path),
      [...names].sort(),
    );
    for (const file of files) assert.deepEqual(ranges(file), [[0, 0, 1, 1]]);
  });

  it('has a patch that turns the one into the other', async () => {
    const { place, patch } = await differenceOf(
      { 'a.txt': text(ten), 'gone.txt': 'x' },
      async (at) => {
        await writeFile(at('a.txt'), text(['1', 'two', ...ten.slice(2)]));
        await writeFile(at('new.txt'), 'no end of line');
        await rm(at('gone.txt'));
      },
    );
    assert.match(patch, /^@@ -1,5 \+1,5 @@$/m);
    const file = path.join(place.home, 'a.patch');
    await writeFile(file, patch);
    await place.git(['apply', file]);
    assert.deepEqual(await contentsOf(place.workspace), await contentsOf(place.laneFolder(laneA)));
  });

  it('is empty between a commit and itself', async () => {
    const place = await stagedWorkspace(await makeFolder());
    const staging = place.staging();
    const { commit } = await staging.snapshot(never);
    assert.deepEqual(await staging.diff(commit, commit, never), { patch: '', files: [] });
  });
});
