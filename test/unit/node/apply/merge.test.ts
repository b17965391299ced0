/** What the person changed since the run began is merged with what was accepted, to the byte, or named as a conflict. */
import assert from 'node:assert/strict';
import { chmod, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import type { ApplyOutcome, Conflict, FileWrite } from '../../../../src/engine/apply-port.ts';
import { createApply } from '../../../../src/node/apply/apply.ts';
import { applyPlaces } from './apply-places.ts';
import { write } from './sample-changes.ts';
import { treeOf } from './tree-of.ts';

const never = new AbortController().signal;

describe('Apply to files that moved on', () => {
  const makePlaces = applyPlaces();
  let workspace: string;
  let folder: string;
  const at = (...names: string[]): string => path.join(workspace, ...names);

  beforeEach(async () => {
    ({ workspace, folder } = await makePlaces());
  });

  const apply = (...writes: FileWrite[]): Promise<ApplyOutcome> =>
    createApply({ workspace, folder }).apply(writes, never);

  /** The one conflict of a change that must leave everything as it was. */
  async function conflict(change: FileWrite): Promise<Conflict> {
    await writeFile(at('other'), 'o');
    const before = await treeOf(workspace);
    const outcome = await apply(write('other', 'o', 'O'), change);
    assert.ok(!outcome.applied, 'it was applied');
    assert.deepEqual(outcome.refused, []);
    assert.equal(outcome.conflicts.length, 1);
    assert.deepEqual(await treeOf(workspace), before);
    const [first] = outcome.conflicts;
    assert.ok(first);
    assert.equal(first.path, change.path);
    return first;
  }

  const sides = (found: Conflict): Array<string | undefined> =>
    [found.now, found.proposed].map((side) =>
      side ? `${side.mode} ${Buffer.from(side.bytes).toString('latin1')}` : undefined,
    );

  for (const [name, eol] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ] as const) {
    it(`keeps both changes of a text with ${name}, and a missing last newline`, async () => {
      const lines = (...all: string[]) => all.join(eol);
      await writeFile(at('f'), lines('MINE', 'b', 'c', 'd', 'e', 'f'));
      const change = write(
        'f',
        lines('a', 'b', 'c', 'd', 'e', 'f'),
        lines('a', 'b', 'c', 'd', 'e', 'THEIRS'),
      );
      assert.deepEqual(await apply(change), { applied: true, merged: ['f'], unsaved: [] });
      assert.equal(await readFile(at('f'), 'utf8'), lines('MINE', 'b', 'c', 'd', 'e', 'THEIRS'));
    });
  }

  it('keeps mixed ends of line, a byte order mark and bytes that are no UTF-8', async () => {
    const text = (first: string, last: string) =>
      Buffer.from(`\xef\xbb\xbf${first}\r\nb\nc\rc\n\xe4\xf6\r\n\xff\n${last}`, 'latin1');
    await writeFile(at('f'), text('MINE', 'last'));
    await apply(write('f', text('first', 'last'), text('first', 'LAST')));
    assert.deepEqual(await readFile(at('f')), text('MINE', 'LAST'));
  });

  it('is done where the person made the same change', async () => {
    await writeFile(at('f'), 'A\nb\n');
    assert.deepEqual(await apply(write('f', 'a\nb\n', 'A\nb\n')), {
      applied: true,
      merged: [],
      unsaved: [],
    });
  });

  it('keeps a permission that changed on one side, and the text of the other', async () => {
    await writeFile(at('f'), 'a\n');
    await chmod(at('f'), 0o755);
    await writeFile(at('g'), 'MINE\nb\nc\n');
    await apply(write('f', 'a\n', 'A\n'), write('g', 'a\nb\nc\n', ['a\nb\nc\n', 'exec']));
    assert.deepEqual(await treeOf(workspace), { f: '755 A\n', g: '755 MINE\nb\nc\n' });
  });

  it('names a conflict, with what stands there and the proposal on top of it', async () => {
    const lines = (...all: string[]) => `${all.join('\n')}\n`;
    await writeFile(at('f'), lines('MINE', 'b', 'c', 'd', 'e', 'mine too'));
    const found = await conflict(
      write('f', lines('a', 'b', 'c', 'd', 'e', 'f'), lines('THEIRS', 'b', 'c', 'd', 'e', 'f')),
    );
    assert.match(found.reason, /has changed since the run began, in the same places/);
    assert.deepEqual(sides(found), [
      `100644 ${lines('MINE', 'b', 'c', 'd', 'e', 'mine too')}`,
      `100644 ${lines('THEIRS', 'b', 'c', 'd', 'e', 'mine too')}`,
    ]);
  });

  it('puts the whole proposal on top of what stands there, where a part was accepted', async () => {
    const lines = (...all: string[]) => `${all.join('\n')}\n`;
    await writeFile(at('f'), lines('MINE', 'b', 'c', 'd', 'e', 'f'));
    const part = write(
      'f',
      lines('a', 'b', 'c', 'd', 'e', 'f'),
      lines('THEIRS', 'b', 'c', 'd', 'e', 'f'),
    );
    const proposal = { bytes: Buffer.from(lines('THEIRS', 'b', 'c', 'd', 'e', 'F')) };
    assert.equal(
      sides(await conflict({ ...part, proposal }))[1],
      `100644 ${lines('THEIRS', 'b', 'c', 'd', 'e', 'F')}`,
    );
  });

  it('is a conflict for text that looks like one', async () => {
    const marked = '<<<<<<< now\na\n=======\nb\n>>>>>>> wanted\n';
    await writeFile(at('f'), `${marked}x\ny\nMINE\n`);
    await apply(write('f', `${marked}x\ny\nz\n`, `X${marked}x\ny\nz\n`));
    assert.equal(await readFile(at('f'), 'utf8'), `X${marked}x\ny\nMINE\n`);
  });

  const asConflict: Array<[string, () => Promise<unknown>, FileWrite, Array<string | undefined>]> =
    [
      [
        'a binary file',
        () => writeFile(at('f'), 'a\0mine'),
        write('f', 'a\0', 'A\0'),
        ['100644 a\0mine', '100644 A\0'],
      ],
      [
        'UTF-16 without a mark',
        () => writeFile(at('f'), Buffer.from('mine\n2\n3\n', 'utf16le')),
        write('f', Buffer.from('1\n2\n3\n', 'utf16le'), Buffer.from('1\n2\n!\n', 'utf16le')),
        ['mine\n2\n3\n', '1\n2\n!\n'].map(
          (text) => `100644 ${Buffer.from(text, 'utf16le').toString('latin1')}`,
        ),
      ],
      [
        'a notebook',
        () => writeFile(at('f.ipynb'), 'MINE\nb\nc\nd\n'),
        write('f.ipynb', 'a\nb\nc\nd\n', 'a\nb\nc\nD\n'),
        ['100644 MINE\nb\nc\nd\n', '100644 a\nb\nc\nD\n'],
      ],
      [
        'a file to delete that was changed',
        () => writeFile(at('f'), 'mine'),
        write('f', 'a'),
        ['100644 mine', undefined],
      ],
      [
        'a file to change that was deleted',
        () => rm(at('f'), { force: true }),
        write('f', 'a', ['A', 'exec']),
        [undefined, '100755 A'],
      ],
      [
        'a new file that is there already',
        () => writeFile(at('f'), 'mine'),
        write('f', undefined, 'A'),
        ['100644 mine', '100644 A'],
      ],
      [
        'a file that became a link, which is not followed',
        () => symlink('other', at('f')),
        write('f', 'a', 'A'),
        ['120000 other', '100644 A'],
      ],
      [
        'a link that leads elsewhere now',
        () => symlink('mine', at('f')),
        write('f', ['a', 'link'], ['other', 'link']),
        ['120000 mine', '120000 other'],
      ],
    ];
  for (const [name, prepare, change, expected] of asConflict) {
    it(`does not merge ${name}`, async () => {
      await prepare();
      assert.deepEqual(sides(await conflict(change)), expected);
    });
  }

  it('fits on what the run began with as well, when the person put it back', async () => {
    await writeFile(at('f'), 'one\n');
    const onMine = write('f', 'mine\n', 'two\n');
    assert.match((await conflict(onMine)).reason, /same places/);
    await apply({ ...onMine, origin: { bytes: Buffer.from('one\n'), mode: '100644' } });
    assert.equal(await readFile(at('f'), 'utf8'), 'two\n');
  });
});
