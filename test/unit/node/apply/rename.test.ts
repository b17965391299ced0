/** A renamed file is moved with what was accepted of it, and with what the person changed under its old name. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import type { ApplyOutcome, FileWrite } from '../../../../src/engine/apply-port.ts';
import { createApply } from '../../../../src/node/apply/apply.ts';
import type { ApplyOptions } from '../../../../src/node/apply/carry-through.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { countedOperations } from './counted-operations.ts';
import { write } from './sample-changes.ts';
import { treeOf } from './tree-of.ts';

const never = new AbortController().signal;
const run = RunId.parse('20260101-000000-aaaaaa');
const lines = '1\n2\n3\n4\n5\n';
const edited = '1\n2\n3\n4\nfive\n';

describe('Apply of a renamed file', () => {
  const makeFolder = temporaryFolders();
  let root: string;
  let folder: string;
  beforeEach(async () => {
    [root, folder] = [await makeFolder(), await makeFolder()];
    await writeFile(at('a.txt'), lines);
  });
  const at = (name: string) => path.join(root, name);
  const text = (name: string) => readFile(at(name), 'utf8');
  const applyWith = (options: Partial<ApplyOptions> = {}) =>
    createApply({ workspace: root, folder, run, ...options });
  const renamed = (
    after: Parameters<typeof write>[2] = edited,
    to = 'sub/b.txt',
    from = 'a.txt',
  ): FileWrite => ({ ...write(to, lines, after), renamedFrom: from });
  const apply = (write: FileWrite, options?: Partial<ApplyOptions>) =>
    applyWith(options).apply([write], never);
  const reasons = (outcome: ApplyOutcome) => {
    assert.ok(!outcome.applied);
    return [...outcome.refused, ...outcome.conflicts].map(({ path: name, reason }) => [
      name,
      reason,
    ]);
  };

  it('moves it with its permissions, and back when the run is reverted', async () => {
    await chmod(at('a.txt'), 0o640);
    const before = await treeOf(root);
    assert.deepEqual(await apply(renamed()), { applied: true, merged: [], unsaved: [] });
    assert.deepEqual(Object.keys(await treeOf(root)).includes('a.txt'), false);
    assert.equal(await text('sub/b.txt'), edited);
    assert.equal((await stat(at('sub/b.txt'))).mode & 0o777, 0o640);
    assert.deepEqual((await applyWith().revert(never)).left, []);
    assert.deepEqual(await treeOf(root), before);
  });

  it('changes its mode and moves links too', async () => {
    await symlink('a.txt', at('link'));
    const writes: FileWrite[] = [
      renamed([lines, 'exec'], 'run.sh'),
      { ...write('moved', ['a.txt', 'link'], ['run.sh', 'link']), renamedFrom: 'link' },
    ];
    assert.ok((await applyWith().apply(writes, never)).applied);
    assert.equal((await stat(at('run.sh'))).mode & 0o100, 0o100);
    assert.equal(await text('moved'), lines);
  });

  it('takes along what the person changed under the old name', async () => {
    await writeFile(at('a.txt'), `mine\n${lines}`);
    const before = await treeOf(root);
    const outcome = await apply(renamed());
    assert.deepEqual(outcome, { applied: true, merged: ['sub/b.txt'], unsaved: [] });
    assert.equal(await text('sub/b.txt'), `mine\n${edited}`);
    await applyWith().revert(never);
    assert.deepEqual(await treeOf(root), before);
  });

  it('is done where the person made the same move', async () => {
    await mkdir(at('sub'));
    await writeFile(at('sub/b.txt'), edited);
    await rm(at('a.txt'));
    assert.ok((await apply(renamed())).applied);
  });

  it('is a conflict where both changed the same lines, with what stands under the old name', async () => {
    await writeFile(at('a.txt'), lines.replace('5', 'mine'));
    const before = await treeOf(root);
    const outcome = await apply(renamed());
    assert.ok(!outcome.applied);
    const [conflict] = outcome.conflicts;
    assert.equal(conflict?.path, 'sub/b.txt');
    assert.match(conflict?.reason ?? '', /in the same places/);
    assert.equal(conflict?.now, undefined);
    assert.equal(String(Buffer.from(conflict?.from?.now?.bytes ?? [])), lines.replace('5', 'mine'));
    assert.equal(String(Buffer.from(conflict?.proposed?.bytes ?? [])), edited);
    assert.deepEqual(await treeOf(root), before);
  });

  const hindered: Array<[string, () => Promise<unknown>, RegExp]> = [
    [
      'a file has the new name by now',
      async () => {
        await mkdir(at('sub'));
        await writeFile(at('sub/b.txt'), 'mine');
      },
      /of this name was made/,
    ],
    ['the old one is gone', () => rm(at('a.txt')), /deleted since/],
    [
      'the old one became a folder',
      async () => {
        await rm(at('a.txt'));
        await mkdir(at('a.txt'));
      },
      /became a folder/,
    ],
    [
      'the old one became a link',
      async () => {
        await rm(at('a.txt'));
        await symlink('elsewhere', at('a.txt'));
      },
      /became a symbolic link/,
    ],
    ['the old one is read-only', () => chmod(at('a.txt'), 0o444), /read-only/],
    ['the new folder is a link', () => symlink('.', at('sub')), /symbolic link/],
    ['the new folder is a file', () => writeFile(at('sub'), ''), /./],
  ];
  for (const [what, change, reason] of hindered) {
    it(`changes nothing where ${what}`, async () => {
      await change();
      const before = await treeOf(root);
      const said = reasons(await apply(renamed()));
      assert.ok(said.length > 0);
      for (const [, why] of said) assert.match(why ?? '', reason);
      assert.deepEqual(await treeOf(root), before);
    });
  }

  it('is refused while an editor holds unsaved changes of the old one', async () => {
    const isBeingEdited = (name: string) => name === 'a.txt';
    assert.match(String(reasons(await apply(renamed(), { isBeingEdited }))), /unsaved changes/);
  });

  it('needs the yes of a protected name, new or old', async () => {
    await writeFile(at('.npmrc'), lines);
    for (const each of [renamed(lines, '.envrc'), renamed(lines, 'b.txt', '.npmrc')]) {
      assert.match(String(reasons(await apply(each))), /protected/);
    }
    assert.ok((await apply({ ...renamed(lines, '.envrc'), confirmed: true })).applied);
  });

  it('puts nothing into the trash', async () => {
    const outcome = await apply(renamed(), {
      trash: async () => assert.fail('It is not gone, it has another name'),
    });
    assert.ok(outcome.applied);
  });

  it('is whole or not at all when any step fails', async () => {
    const before = await treeOf(root);
    for (let failing = 1; ; failing += 1) {
      let last = 0;
      const operations = countedOperations(async (step) => {
        last = step;
        if (step === failing) throw new Error('The disk is out of order');
      });
      const applied = await apply(renamed(), { operations }).catch(() => undefined);
      if (applied?.applied) {
        assert.ok(last >= 3 && failing > last);
        break;
      }
      assert.deepEqual(await treeOf(root), before);
    }
    assert.equal(await text('sub/b.txt'), edited);
  });
});
