/** A protected file needs a yes of its own for what is really written, also where that was merged; a revert brings its yes along. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, it } from 'mocha';
import type { ApplyOutcome, FileWrite } from '../../../../src/engine/apply-port.ts';
import { createApply } from '../../../../src/node/apply/apply.ts';
import { RunId } from '../../../../src/shared/ids.ts';
import { applyPlaces } from './apply-places.ts';
import { write } from './sample-changes.ts';
import { treeOf } from './tree-of.ts';

const never = new AbortController().signal;
const run = RunId.parse('20260101-000000-aaaaaa');
const confirmed = { confirmed: true };

describe('Apply of protected files that moved on', () => {
  const makePlaces = applyPlaces();
  let workspace: string;
  let folder: string;
  const at = (name: string): string => path.join(workspace, name);

  beforeEach(async () => {
    ({ workspace, folder } = await makePlaces());
  });

  const ours = () => createApply({ workspace, folder, run });
  const apply = (...writes: FileWrite[]): Promise<ApplyOutcome> => ours().apply(writes, never);

  /** The last of two equal keys counts: a change of the first alone makes nothing else run. */
  const manifest = (first: string, second?: string) =>
    [
      '{',
      `  "scripts": { "test": "${first}" },`,
      '  "a": 1,',
      '  "b": 2,',
      '  "c": 3,',
      ...(second === undefined ? [] : [`  "scripts": { "test": "${second}" },`]),
      '  "d": 4',
      '}',
      '',
    ].join('\n');
  const hidden = write('package.json', manifest('one', 'two'), manifest('other', 'two'));

  async function asksAnew(...writes: FileWrite[]): Promise<void> {
    const before = await treeOf(workspace);
    const outcome = await apply(...writes);
    assert.ok(!outcome.applied, 'it was applied');
    assert.deepEqual(outcome.refused, []);
    assert.match(
      outcome.conflicts[0]?.reason ?? '',
      /together with that it needs a yes of its own/,
    );
    assert.deepEqual(await treeOf(workspace), before);
  }

  it('asks anew where only the merged text makes something else run', async () => {
    await writeFile(at('package.json'), manifest('one'));
    await asksAnew(hidden);
    assert.ok((await apply({ ...hidden, ...confirmed })).applied);
    assert.equal(await readFile(at('package.json'), 'utf8'), manifest('other'));
  });

  it('applies that change where nothing else was changed, and keeps scripts that the person changed', async () => {
    await writeFile(at('package.json'), manifest('one', 'two'));
    assert.ok((await apply(hidden)).applied);
    await writeFile(at('package.json'), '{\n  "scripts": {},\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n');
    const base = '{\n  "scripts": { "x": "y" },\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n';
    assert.ok((await apply(write('package.json', base, base.replace('3', '4')))).applied);
    const merged = '{\n  "scripts": {},\n  "a": 1,\n  "b": 2,\n  "c": 4\n}\n';
    assert.equal(await readFile(at('package.json'), 'utf8'), merged);
  });

  it('asks anew where the person took back what the change set was moved onto', async () => {
    const began = '{"scripts":{"test":"one"}}';
    await writeFile(at('package.json'), began);
    const onNewBase = write('package.json', manifest('two'), `${manifest('two')}\n`);
    await asksAnew({ ...onNewBase, origin: { bytes: Buffer.from(began) } });
  });

  it('refuses a deletion, a manifest that becomes a link, and one that was a link', async () => {
    const link = (before: string, after: string) => write('package.json', before, after);
    const refused: FileWrite[] = [
      write('.husky/pre-commit', 'x', undefined),
      write('package.json', '{"scripts":{"a":"b"}}', undefined),
      { ...link('other.json', 'other.json'), afterMode: '120000' },
      { ...link('{}', '{"name":"a"}'), beforeMode: '120000', afterMode: '100644' },
    ];
    for (const change of refused) {
      const outcome = await apply(change);
      assert.ok(!outcome.applied, `${change.path} was applied`);
      assert.match(outcome.refused[0]?.reason ?? '', /it is protected, .* no yes of its own/);
    }
  });

  it('merges a protected file that has its yes with what the person changed', async () => {
    await writeFile(at('.npmrc'), 'MINE\nb\nc\nd\n');
    const change = write('.npmrc', 'a\nb\nc\nd\n', 'a\nb\nc\nD\n');
    assert.ok((await apply({ ...change, ...confirmed })).applied);
    assert.equal(await readFile(at('.npmrc'), 'utf8'), 'MINE\nb\nc\nD\n');
  });

  it('is reverted without another yes, also where the person changed more of it since', async () => {
    await writeFile(at('.npmrc'), 'a\nb\nc\nd\n');
    await writeFile(at('.envrc'), 'a\n');
    const changes = [
      write('.npmrc', 'a\nb\nc\nd\n', 'a\nb\nc\nD\n'),
      write('.envrc', 'a\n', 'A\n'),
      write('.mcp.json', undefined, '{}\n'),
    ];
    assert.ok((await apply(...changes.map((each) => ({ ...each, ...confirmed })))).applied);
    await writeFile(at('.npmrc'), 'MINE\nb\nc\nD\n');
    const { reverted, left } = await ours().revert(never);
    assert.deepEqual([reverted, left], [['.envrc', '.mcp.json', '.npmrc'], []]);
    assert.equal(await readFile(at('.npmrc'), 'utf8'), 'MINE\nb\nc\nd\n');
    assert.equal(await readFile(at('.envrc'), 'utf8'), 'a\n');
    await assert.rejects(readFile(at('.mcp.json')), { code: 'ENOENT' });
  });
});
