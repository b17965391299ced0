/** Lanes come together in the head of the run, and what cannot is a conflict and never a choice. */
import assert from 'node:assert/strict';
import { chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'mocha';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import {
  commitLane,
  laneA,
  laneB,
  never,
  readText,
  type StagedWorkspace,
  stagedWorkspace,
} from './staged-workspace.ts';

const lines = (...words: string[]) => words.map((word) => `${word}\n`).join('');
const ten = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];

describe('merging lanes', function () {
  this.timeout(30_000);
  const makeFolder = temporaryFolders();

  type Work = (root: string) => Promise<void>;

  /** Both lanes start from the snapshot; A is merged first, then B. */
  async function bothWork(files: Record<string, string | Uint8Array>, inA: Work, inB: Work) {
    const place: StagedWorkspace = await stagedWorkspace(await makeFolder());
    for (const [name, content] of Object.entries(files)) await place.write(name, content);
    const staging = place.staging();
    const { commit: base } = await staging.snapshot(never);
    await Promise.all([laneA, laneB].map((lane) => staging.openLane(lane, { base }, never)));
    await Promise.all([inA(place.laneFolder(laneA)), inB(place.laneFolder(laneB))]);
    const first = await staging.merge(base, await commitLane(staging, laneA, base), 'A', never);
    assert.ok(first.clean);
    const second = await staging.merge(
      first.head,
      await commitLane(staging, laneB, base),
      'B',
      never,
    );
    return { place, staging, base, head: first.head, outcome: second };
  }

  const put = (name: string, content: string | Uint8Array) => (root: string) =>
    writeFile(path.join(root, name), content);

  it('takes both when they changed different files, or one file in different places', async () => {
    const { staging, outcome } = await bothWork(
      { 'shared.txt': lines(...ten), 'only-a.txt': 'a\n' },
      async (root) => {
        await put('shared.txt', lines('one', ...ten.slice(1)))(root);
        await put('only-a.txt', 'A\n')(root);
      },
      async (root) => {
        await put('shared.txt', lines(...ten.slice(0, 9), 'ten'))(root);
        await put('only-b.txt', 'B\n')(root);
      },
    );
    assert.ok(outcome.clean);
    const merged = lines('one', ...ten.slice(1, 9), 'ten');
    assert.equal(await readText(staging, outcome.head, 'shared.txt'), merged);
    assert.equal(await readText(staging, outcome.head, 'only-a.txt'), 'A\n');
    assert.equal(await readText(staging, outcome.head, 'only-b.txt'), 'B\n');
  });

  it('leaves the head alone when the lane changed nothing', async () => {
    const { head, outcome } = await bothWork(
      { 'a.txt': 'a\n' },
      put('a.txt', 'A\n'),
      async () => {},
    );
    assert.deepEqual(outcome, { clean: true, head });
  });

  it('names the file and shows both sides when they changed the same lines', async () => {
    const { staging, outcome } = await bothWork(
      { 'a b.txt': 'old\n', 'other.txt': 'x' },
      put('a b.txt', 'from A\n'),
      put('a b.txt', 'from B\n'),
    );
    assert.ok(!outcome.clean);
    assert.deepEqual(outcome.files, ['a b.txt']);
    const text = await readText(staging, outcome.tree, 'a b.txt');
    assert.match(text, /^<<<<<<< .*\nfrom A\n=======\nfrom B\n>>>>>>> .*\n$/);
  });

  it('is resolved in a lane opened at the conflicted tree on top of the new head', async () => {
    const { place, staging, head, outcome } = await bothWork(
      { 'a.txt': 'old\n' },
      put('a.txt', 'from A\n'),
      put('a.txt', 'from B\n'),
    );
    assert.ok(!outcome.clean);
    await staging.openLane(laneB, { base: head, tree: outcome.tree }, never);
    await put('a.txt', 'from A\nfrom B\n')(place.laneFolder(laneB));
    const resolved = await commitLane(staging, laneB, head);
    const again = await staging.merge(head, resolved, 'resolved', never);
    assert.ok(again.clean);
    assert.equal(await readText(staging, again.head, 'a.txt'), 'from A\nfrom B\n');
  });

  it('is a conflict when one deletes what the other changed', async () => {
    const { outcome } = await bothWork(
      { 'a.txt': 'old\n' },
      (root) => rm(path.join(root, 'a.txt')),
      put('a.txt', 'new\n'),
    );
    assert.ok(!outcome.clean);
    assert.deepEqual(outcome.files, ['a.txt']);
  });

  it('is a conflict when both add a file of one name with different contents', async () => {
    const { outcome } = await bothWork({ x: '' }, put('new.txt', 'A\n'), put('new.txt', 'B\n'));
    assert.ok(!outcome.clean);
    assert.deepEqual(outcome.files, ['new.txt']);
  });

  it('is no conflict when both did the same', async () => {
    const { outcome, head } = await bothWork(
      { x: '' },
      put('new.txt', 'A\n'),
      put('new.txt', 'A\n'),
    );
    assert.deepEqual(outcome, { clean: true, head });
  });

  it('is a conflict when both changed a binary file', async () => {
    const { staging, outcome } = await bothWork(
      { 'a.bin': Uint8Array.of(0, 1) },
      put('a.bin', Uint8Array.of(0, 2)),
      put('a.bin', Uint8Array.of(0, 3)),
    );
    assert.ok(!outcome.clean);
    assert.deepEqual(outcome.files, ['a.bin']);
    assert.deepEqual(await staging.readFile(outcome.tree, 'a.bin'), Uint8Array.of(0, 2));
    assert.deepEqual(await staging.readFile(outcome.tree, 'a.bin.yours'), Uint8Array.of(0, 3));
    assert.match(outcome.notes?.join() ?? '', /a\.bin is a binary file.*at a\.bin\.yours/);
  });

  it('puts the side of a binary file beside it without touching a file of that name', async () => {
    const { staging, outcome } = await bothWork(
      { 'a.bin': Uint8Array.of(0, 1), 'a.bin.yours': 'of the project' },
      put('a.bin', Uint8Array.of(0, 2)),
      put('a.bin', Uint8Array.of(0, 3)),
    );
    assert.ok(!outcome.clean);
    assert.equal(await readText(staging, outcome.tree, 'a.bin.yours'), 'of the project');
    assert.deepEqual(await staging.readFile(outcome.tree, 'a.bin.yours-2'), Uint8Array.of(0, 3));
  });

  it('says of a file that both renamed under which names it stands', async () => {
    const { staging, outcome } = await bothWork(
      { 'old.txt': lines(...ten) },
      (root) => rename(path.join(root, 'old.txt'), path.join(root, 'a.txt')),
      (root) => rename(path.join(root, 'old.txt'), path.join(root, 'b.txt')),
    );
    assert.ok(!outcome.clean);
    assert.deepEqual(outcome.files.sort(), ['a.txt', 'b.txt', 'old.txt']);
    assert.match(outcome.notes?.join() ?? '', /old\.txt was renamed to a\.txt .* to b\.txt by you/);
    assert.equal(await readText(staging, outcome.tree, 'a.txt'), lines(...ten));
    assert.equal(await readText(staging, outcome.tree, 'b.txt'), lines(...ten));
  });

  it('says who deleted and who changed a file, and keeps the changed version', async () => {
    const files = { 'a.txt': lines(...ten), 'b.txt': lines(...ten) };
    const { staging, outcome } = await bothWork(
      files,
      async (root) => {
        await rm(path.join(root, 'a.txt'));
        await put('b.txt', lines(...ten, 'more'))(root);
      },
      async (root) => {
        await put('a.txt', lines(...ten, 'more'))(root);
        await rm(path.join(root, 'b.txt'));
      },
    );
    assert.ok(!outcome.clean);
    const [first = '', second = ''] = outcome.notes ?? [];
    assert.match(first, /a\.txt was deleted by what has been merged and changed by you/);
    assert.match(second, /b\.txt was deleted by you and changed by what has been merged/);
    assert.equal(await readText(staging, outcome.tree, 'a.txt'), lines(...ten, 'more'));
    assert.equal(await readText(staging, outcome.tree, 'b.txt'), lines(...ten, 'more'));
  });

  it('shows both targets of a link, and a link and a file in one place', async () => {
    const { staging, outcome } = await bothWork(
      { 'kind.txt': lines(...ten), x: '', y: '' },
      async (root) => {
        await symlink('x', path.join(root, 'link'));
        await rm(path.join(root, 'kind.txt'));
        await symlink('x', path.join(root, 'kind.txt'));
      },
      async (root) => {
        await symlink('y', path.join(root, 'link'));
        await put('kind.txt', lines(...ten, 'more'))(root);
      },
    );
    assert.ok(!outcome.clean);
    assert.equal(await readText(staging, outcome.tree, 'link'), 'x');
    assert.equal(await readText(staging, outcome.tree, 'link.yours'), 'y');
    assert.equal(await readText(staging, outcome.tree, 'kind.txt'), 'x');
    assert.equal(await readText(staging, outcome.tree, 'kind.txt.yours'), lines(...ten, 'more'));
    assert.match(outcome.notes?.join() ?? '', /kind\.txt became things of two kinds/);
    assert.ok(
      outcome.files.every((file) => !file.includes('~')),
      outcome.files.join(),
    );
  });

  it('shows both texts of a file that both added, and that their modes differ', async () => {
    const { staging, outcome } = await bothWork(
      { x: '' },
      async (root) => {
        await put('new.sh', 'from A\n')(root);
        await chmod(path.join(root, 'new.sh'), 0o755);
      },
      put('new.sh', 'from B\n'),
    );
    assert.ok(!outcome.clean);
    const text = await readText(staging, outcome.tree, 'new.sh');
    assert.match(text, /^<<<<<<< .*\nfrom A\n=======\nfrom B\n>>>>>>> .*\n$/);
    assert.match(
      outcome.notes?.join() ?? '',
      /added on both sides.*executable in what has been merged/,
    );
  });

  it('moves a file aside where the other side made a folder', async () => {
    const { staging, outcome } = await bothWork(
      { x: '' },
      async (root) => {
        await mkdir(path.join(root, 'thing'));
        await put('thing/inside.txt', 'inside\n')(root);
      },
      put('thing', 'a file\n'),
    );
    assert.ok(!outcome.clean);
    assert.equal(await readText(staging, outcome.tree, 'thing/inside.txt'), 'inside\n');
    assert.equal(await readText(staging, outcome.tree, 'thing.yours'), 'a file\n');
    assert.match(outcome.notes?.join() ?? '', /thing is a folder on one side/);
  });

  it('does not let the workspace choose how its files are merged', async () => {
    const { outcome } = await bothWork(
      { 'a.txt': 'old\n', '.gitattributes': '*.txt merge=union\n' },
      put('a.txt', 'from A\n'),
      put('a.txt', 'from B\n'),
    );
    assert.ok(!outcome.clean);
  });

  it('keeps a mode that one set and a text that the other wrote', async () => {
    const { place, staging, outcome } = await bothWork(
      { 'run.sh': 'old\n' },
      (root) => chmod(path.join(root, 'run.sh'), 0o755),
      put('run.sh', 'new\n'),
    );
    assert.ok(outcome.clean);
    const { files } = await staging.diff(
      (await place.staging().snapshot(never)).commit,
      outcome.head,
      never,
    );
    assert.deepEqual(
      files.map(({ baseMode, headMode }) => [baseMode, headMode]),
      [['100644', '100755']],
    );
  });

  it('says so when a commit does not exist', async () => {
    const { staging, head } = await bothWork(
      { x: '' },
      async () => {},
      async () => {},
    );
    await assert.rejects(staging.merge(head, '0'.repeat(40), 'lost', never), { code: 'staging' });
  });
});
