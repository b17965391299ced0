/** A run that renames files and edits text of any encoding: decided hunk by hunk, applied and taken back to the byte. */
import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { RunDriver } from '../../../../src/engine/run/run-driver.ts';
import { fileDecision, type ReviewedFile, shownPath } from '../../../../src/shared/changes.ts';
import { call, finish, scriptOf } from '../../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../../support/runs/scripted-run.ts';

const numbered = (...changed: Array<[number, string]>): string => {
  const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);
  for (const [line, text] of changed) lines[line - 1] = text;
  return lines.join('\r\n');
};
const wide = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

const script = scriptOf([{ id: 'edit' }], {
  'work/edit': [
    ...call('move_file', { from: 'a.txt', to: 'sub/b.txt' }),
    ...call('edit_file', { path: 'sub/b.txt', old_str: 'line 2\r\n', new_str: 'team 2\r\n' }),
    ...call('edit_file', { path: 'sub/b.txt', old_str: 'line 10\r\n', new_str: 'team 10\r\n' }),
    ...call('edit_file', { path: 'wide.txt', old_str: 'line 2\r\n', new_str: 'team \u010a\r\n' }),
    ...call('edit_file', { path: 'wide.txt', old_str: 'line 12', new_str: 'team 12' }),
    ...finish,
  ],
});

describe('A change set with a renamed file and one in UTF-16', function () {
  this.timeout(60_000);
  let stage: Stage;
  let driver: RunDriver;
  const at = (name: string) => path.join(stage.workspace, name);
  const text = (name: string) => readFile(at(name), 'utf8');
  const files = () => driver.state.changes?.files ?? [];
  const file = (name: string): ReviewedFile => {
    const found = files().find((each) => each.path === name);
    assert.ok(found, name);
    return found;
  };
  const hunk = (name: string, index: number) => file(name).hunks[index]?.id ?? '';
  const decide = (name: string, decision: 'accepted' | 'rejected', ...hunks: string[]) =>
    driver.decideChange({ path: name, decision, ...(hunks.length > 0 && { hunks }) }, 'test');
  const apply = async () => {
    await driver.applyAccepted('test');
    return driver.idle();
  };
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': numbered() } });
    await writeFile(at('wide.txt'), wide(numbered()));
    driver = await stage.host.start('Edit', stage.provider(script));
    assert.equal((await runUntilReview(driver)).status, 'reviewing');
  });
  afterEach(() => stage.close());

  it('is one entry for each, with its hunks, and its base by the new name', async () => {
    assert.deepEqual(
      files().map((each) => [shownPath(each), each.status, each.hunks.length, each.encoding]),
      [
        ['a.txt → sub/b.txt', 'modified', 2, undefined],
        ['wide.txt', 'modified', 2, 'utf-16le'],
      ],
    );
    const base = driver.state.changes?.base ?? '';
    const before = await stage.host.readFile(driver.state.runId, base, 'sub/b.txt');
    assert.equal(String(Buffer.from(before ?? [])), numbered());
    const names = ['wide.txt', 'sub/b.txt'];
    const [, together] = await stage.host.readFiles(driver.state.runId, base, names);
    assert.equal(String(Buffer.from(together ?? [])), numbered());
  });

  it('is applied as a move with what was accepted, and taken back to the byte', async () => {
    await decide('sub/b.txt', 'accepted', hunk('sub/b.txt', 1));
    await decide('wide.txt', 'accepted', hunk('wide.txt', 0));
    const ended = await apply();
    assert.equal(ended.outcome, 'applied');
    assert.deepEqual(
      ended.applied?.map(({ path: name, renamedFrom }) => [name, renamedFrom]),
      [
        ['sub/b.txt', 'a.txt'],
        ['wide.txt', undefined],
      ],
    );
    await assert.rejects(text('a.txt'), /ENOENT/);
    assert.equal(await text('sub/b.txt'), numbered([10, 'team 10']));
    assert.deepEqual(await readFile(at('wide.txt')), wide(numbered([2, 'team \u010a'])));
    await driver.revert('test');
    assert.equal(await text('a.txt'), numbered());
    await assert.rejects(text('sub/b.txt'), /ENOENT/);
    assert.deepEqual(await readFile(at('wide.txt')), wide(numbered()));
  });

  it('can be renamed alone, and not at all', async () => {
    await decide('sub/b.txt', 'accepted');
    for (const { id } of file('sub/b.txt').hunks) await decide('sub/b.txt', 'rejected', id);
    assert.equal(fileDecision(file('sub/b.txt')), 'mixed');
    await decide('sub/b.txt', 'rejected');
    assert.equal(fileDecision(file('sub/b.txt')), 'rejected');
    await decide('sub/b.txt', 'accepted');
    for (const { id } of file('sub/b.txt').hunks) await decide('sub/b.txt', 'rejected', id);
    assert.equal((await apply()).outcome, 'applied');
    assert.equal(await text('sub/b.txt'), numbered());
    await assert.rejects(text('a.txt'), /ENOENT/);
  });

  it('is merged with what the person did in both meanwhile', async () => {
    await writeFile(at('a.txt'), numbered([6, 'mine 6']));
    await writeFile(at('wide.txt'), wide(numbered([6, 'mine 6'])));
    await decide('sub/b.txt', 'accepted');
    await decide('wide.txt', 'accepted');
    const ended = await apply();
    assert.deepEqual(
      ended.applied?.map(({ merged }) => merged),
      [true, true],
    );
    assert.equal(await text('sub/b.txt'), numbered([2, 'team 2'], [6, 'mine 6'], [10, 'team 10']));
    const merged = numbered([2, 'team \u010a'], [6, 'mine 6'], [12, 'team 12']);
    assert.deepEqual(await readFile(at('wide.txt')), wide(merged));
  });

  it('is decided anew where the same lines were changed, still as a renamed file', async () => {
    const mine = numbered([2, 'mine 2']);
    await writeFile(at('a.txt'), mine);
    await decide('sub/b.txt', 'accepted');
    const state = await apply();
    assert.equal(state.status, 'reviewing');
    assert.equal(await text('a.txt'), mine);
    const again = file('sub/b.txt');
    assert.equal(again.renamedFrom, 'a.txt');
    assert.match(again.conflict?.reason ?? '', /in the same places/);
    assert.deepEqual(again.conflict?.places, [{ start: 2, lines: 1 }]);
    // The other hunk is the same as before and stays accepted.
    assert.equal(fileDecision(again), 'mixed');
    await decide('sub/b.txt', 'rejected', hunk('sub/b.txt', 0));
    assert.equal((await apply()).outcome, 'applied');
    assert.equal(await text('sub/b.txt'), numbered([2, 'mine 2'], [10, 'team 10']));
    await assert.rejects(text('a.txt'), /ENOENT/);
  });

  it('becomes two where the new name is taken by now, and either can be decided', async () => {
    await mkdir(at('sub'));
    await writeFile(at('sub/b.txt'), 'mine\n');
    await decide('sub/b.txt', 'accepted');
    assert.equal((await apply()).status, 'reviewing');
    assert.equal(await text('sub/b.txt'), 'mine\n');
    assert.deepEqual(
      files().map((each) => [each.path, each.status, fileDecision(each), !!each.conflict]),
      [
        ['sub/b.txt', 'modified', 'undecided', true],
        ['wide.txt', 'modified', 'undecided', false],
        ['a.txt', 'deleted', 'undecided', true],
      ],
    );
    await decide('sub/b.txt', 'accepted');
    await decide('a.txt', 'rejected');
    assert.equal((await apply()).outcome, 'applied');
    assert.equal(await text('sub/b.txt'), numbered([2, 'team 2'], [10, 'team 10']));
    assert.equal(await text('a.txt'), numbered());
  });

  it('is a conflict where the old name is gone, and can be made all the same', async () => {
    await rm(at('a.txt'));
    await decide('sub/b.txt', 'accepted');
    assert.equal((await apply()).status, 'reviewing');
    assert.deepEqual(
      [file('sub/b.txt').status, file('sub/b.txt').renamedFrom],
      ['added', undefined],
    );
    await decide('sub/b.txt', 'accepted');
    assert.equal((await apply()).outcome, 'applied');
    assert.equal(await text('sub/b.txt'), numbered([2, 'team 2'], [10, 'team 10']));
  });

  it('is a patch that git applies', async () => {
    await decide('sub/b.txt', 'accepted', hunk('sub/b.txt', 0));
    const { signal } = new AbortController();
    const patch = await stage.host.patch(driver.state.runId, { fits: () => true, signal });
    const words = Buffer.from(patch).toString('latin1');
    assert.match(words, /^deleted file mode 100644$/m);
    assert.match(words, /^\+team 2\r$/m);
    assert.doesNotMatch(words, /team 10|wide/);
  });
});
