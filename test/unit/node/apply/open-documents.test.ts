/** Documents with unsaved changes are edited as such, together with the files or not at all. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import type { ApplyOutcome, FileWrite } from '../../../../src/engine/apply-port.ts';
import { type ApplyOptions, createApply } from '../../../../src/node/apply/apply.ts';
import type { Buffers } from '../../../../src/node/apply/editor-hooks.ts';
import { recoverApplies } from '../../../../src/node/apply/recover-applies.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { MusterError } from '../../../../src/shared/muster-error.ts';
import { applyPlaces } from './apply-places.ts';
import { countedOperations } from './counted-operations.ts';
import { write } from './sample-changes.ts';
import { treeOf } from './tree-of.ts';

const never = new AbortController().signal;
const run = RunId.parse('20260101-000000-aaaaaa');

describe('Apply with unsaved documents', () => {
  const makePlaces = applyPlaces();
  let workspace: string;
  let folder: string;
  let texts: Map<string, string>;
  const at = (...names: string[]): string => path.join(workspace, ...names);

  const buffers: Buffers = {
    unsaved: async () =>
      [...texts].map(([name, text]) => ({ path: name, bytes: Buffer.from(text) })),
    async edit(edits) {
      for (const { path: name, before } of edits) {
        if (texts.get(name) === Buffer.from(before).toString()) continue;
        throw new MusterError('apply-failed', `${name} was typed in meanwhile.`);
      }
      for (const { path: name, after } of edits) texts.set(name, Buffer.from(after).toString());
    },
  };

  beforeEach(async () => {
    ({ workspace, folder } = await makePlaces());
    for (const name of ['open', 'closed']) await writeFile(at(name), `${name} on disk\n`);
    texts = new Map([['open', 'typed\n2\n3\n4\n']]);
  });

  const apply = (writes: FileWrite[], options: Partial<ApplyOptions> = {}): Promise<ApplyOutcome> =>
    createApply({ workspace, folder, run, buffers, ...options }).apply(writes, never);
  const both = [
    write('open', 'typed\n2\n3\n4\n', 'typed\n2\n3\nFOUR\n'),
    write('closed', 'closed on disk\n', 'new\n'),
  ];
  const asBefore = { open: '644 open on disk\n', closed: '644 closed on disk\n' };

  it('edits the document, leaves its file, and writes the others', async () => {
    assert.deepEqual(await apply(both), { applied: true, merged: [], unsaved: ['open'] });
    assert.equal(texts.get('open'), 'typed\n2\n3\nFOUR\n');
    assert.deepEqual(await treeOf(workspace), { ...asBefore, closed: '644 new\n' });
  });

  it('merges with what was typed since the run began', async () => {
    texts.set('open', 'typed more\n2\n3\n4\n');
    const outcome = await apply(both);
    assert.deepEqual(outcome, { applied: true, merged: ['open'], unsaved: ['open'] });
    assert.equal(texts.get('open'), 'typed more\n2\n3\nFOUR\n');
  });

  it('names a conflict with what was typed, and changes nothing', async () => {
    texts.set('open', 'typed\n2\n3\nmine\n');
    const outcome = await apply(both);
    assert.ok(!outcome.applied);
    assert.equal(
      Buffer.from(outcome.conflicts[0]?.now?.bytes ?? []).toString(),
      'typed\n2\n3\nmine\n',
    );
    assert.deepEqual(await treeOf(workspace), asBefore);
  });

  it('refuses to delete it, to change its permission, or to make a link of it', async () => {
    const text = 'typed\n2\n3\n4\n';
    for (const change of [
      write('open', text),
      write('open', text, [text, 'exec']),
      write('open', text, ['closed', 'link']),
    ]) {
      const outcome = await apply([change]);
      assert.ok(!outcome.applied);
      assert.match(outcome.refused[0]?.reason ?? '', /unsaved changes in an editor/);
    }
    assert.equal(texts.get('open'), text);
  });

  it('refuses a notebook with unsaved changes', async () => {
    const isBeingEdited = (name: string) => name === 'n.ipynb';
    const outcome = await apply([write('n.ipynb', '{}', '{"a":1}')], { isBeingEdited });
    assert.ok(!outcome.applied);
    assert.match(outcome.refused[0]?.reason ?? '', /unsaved changes in an editor/);
  });

  it('puts the files back when the document was typed in at the last moment', async () => {
    const operations = countedOperations(async (_, name) => {
      if (name === 'rename') texts.set('open', 'typed just now\n');
    });
    await assert.rejects(
      apply(both, { operations }),
      /open was typed in meanwhile\. The workspace/,
    );
    assert.deepEqual(await treeOf(workspace), asBefore);
    assert.equal(texts.get('open'), 'typed just now\n');
  });

  it('edits no document when a file cannot be written', async () => {
    const operations = countedOperations(async () => {
      throw Object.assign(new Error('injected'), { code: 'EROFS' });
    });
    await assert.rejects(apply(both, { operations }), /does not permit writing/);
    assert.equal(texts.get('open'), 'typed\n2\n3\n4\n');
  });

  it('is reverted in the document while that is unsaved, in the file once it is saved', async () => {
    const { revert } = createApply({ workspace, folder, run, buffers });
    await apply(both);
    assert.deepEqual((await revert(never)).left, []);
    assert.equal(texts.get('open'), 'typed\n2\n3\n4\n');
    assert.deepEqual(await treeOf(workspace), asBefore);
    await apply(both);
    await writeFile(at('open'), texts.get('open') ?? '');
    texts.clear();
    assert.deepEqual((await revert(never)).left, []);
    assert.equal(await readFile(at('open'), 'utf8'), 'typed\n2\n3\n4\n');
  });

  /** From then on nothing is done any more, as after a kill. */
  async function cutOff(edited: boolean): Promise<void> {
    let dead = false;
    const dying: Buffers = {
      ...buffers,
      edit: async (edits) => {
        if (edited) await buffers.edit(edits);
        dead = true;
        throw new Error('dead');
      },
    };
    const operations = countedOperations(async () => {
      if (dead) throw Object.assign(new Error('dead'), { code: 'EIO' });
    });
    await assert.rejects(apply(both, { buffers: dying, operations }), /Putting everything back/);
  }

  it('that was cut off before the document was edited is taken back at the next start', async () => {
    await cutOff(false);
    const [found] = await recoverApplies(folder, workspace, { buffers });
    assert.equal(found?.outcome, 'rolled-back');
    assert.deepEqual(await treeOf(workspace), asBefore);
  });

  it('that was cut off after the document was edited is found complete', async () => {
    await cutOff(true);
    const [found] = await recoverApplies(folder, workspace, { buffers });
    assert.deepEqual([found?.outcome, found?.files], ['completed', ['closed', 'open']]);
    assert.equal(texts.get('open'), 'typed\n2\n3\nFOUR\n');
    const recovered = await createApply({ workspace, folder, run, buffers }).recovered();
    assert.deepEqual(
      recovered.map(({ kind, outcome }) => [kind, outcome]),
      [['apply', 'applied']],
    );
  });

  it('puts deleted files into the trash where there is one, and removes them otherwise', async () => {
    const trashed: string[] = [];
    const gone = [write('closed', 'closed on disk\n')];
    await apply(gone, { trash: async (file) => trashed.push(file) === 0 });
    assert.deepEqual(trashed, [at('closed')]);
    assert.deepEqual(await treeOf(workspace), { open: '644 open on disk\n' });
  });
});
