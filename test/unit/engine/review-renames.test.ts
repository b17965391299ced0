/** Renamed files and files in UTF-16 under review: what is paired with what stays, whatever the person writes. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TurnRequest } from '../../../src/engine/model-port.ts';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import { type FileChange, fileDecision, type ReviewedFile } from '../../../src/shared/changes.ts';
import { groupByAuthor } from '../../../src/shared/group-by-author.ts';
import { call, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../support/runs/scripted-run.ts';

const numbered = (word: string) =>
  Array.from({ length: 30 }, (_, index) => `${word} ${index + 1}\n`).join('');
const lines = numbered('line');
const wide = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
const edit = (path: string, old_str: string, new_str: string) =>
  call('edit_file', { path, old_str, new_str });

const script = scriptOf([{ id: 'alter' }], {
  'work/alter': [
    ...call('move_file', { from: 'a.txt', to: 'sub/b.txt' }),
    ...edit('sub/b.txt', 'line 3\n', 'LINE 3\n'),
    ...edit('sub/b.txt', 'line 25\n', 'LINE 25\n'),
    ...call('move_file', { from: 'plain.txt', to: 'moved.txt' }),
    ...call('delete_file', { path: 'gone.txt' }),
    ...call('create_file', { path: 'new.txt', content: 'new\n' }),
    ...edit('wide.txt', 'Ċ 3\n', 'ĊĊ 3\n'),
    ...finish,
    ...edit('sub/b.txt', 'LINE 3\n', 'three\n'),
    ...finish,
  ],
});

describe('a renamed file under review', function () {
  this.timeout(30_000);
  let stage: Stage;
  let driver: RunDriver;
  let requests: TurnRequest[];
  beforeEach(async () => {
    requests = [];
    stage = await openStage({
      files: { 'a.txt': lines, 'gone.txt': numbered('gone'), 'plain.txt': numbered('plain') },
    });
    await writeFile(at('wide.txt'), wide(numbered('Ċ')));
    const provider = stage.provider(script);
    const streamTurn: typeof provider.streamTurn = (request, onText, signal) => {
      requests.push(structuredClone(request));
      return provider.streamTurn(request, onText, signal);
    };
    driver = await stage.host.start('Do it', { ...provider, streamTurn });
    await runUntilReview(driver);
  });
  afterEach(() => stage.close());

  const at = (name: string) => path.join(stage.workspace, name);
  const files = () => driver.state.changes?.files ?? [];
  const file = (name: string): ReviewedFile => {
    const found = files().find((each) => each.path === name);
    assert.ok(found, `${name} is not in the change set`);
    return found;
  };
  const named = ({ path: name, renamedFrom, status }: FileChange) =>
    renamedFrom === undefined ? `${status} ${name}` : `${renamedFrom} > ${name}`;
  const all = [
    'deleted gone.txt',
    'plain.txt > moved.txt',
    'added new.txt',
    'a.txt > sub/b.txt',
    'modified wide.txt',
  ];
  const proposal = async (name: string) => {
    const { runId, changes } = driver.state;
    return stage.host.readFile(runId, changes?.head ?? '', name);
  };
  const save = async (name: string, saved: string | Uint8Array) => {
    const served = (await proposal(name)) ?? new Uint8Array();
    const text = { path: name, served, saved: Buffer.from(saved) };
    const { signal } = new AbortController();
    const staged = await stage.host.stageEdit(driver.state.runId, text, signal);
    assert.ok(staged);
    await driver.editChange(staged, 't');
  };
  const decide = (name: string, decision: 'accepted' | 'rejected' | 'undecided', hunk?: number) => {
    const id = hunk === undefined ? undefined : (file(name).hunks[hunk]?.id ?? '');
    return driver.decideChange({ path: name, decision, ...(id && { hunks: [id] }) }, 't');
  };
  const apply = async () => {
    await driver.applyAccepted('t');
    return driver.idle();
  };
  const ranges = (name: string) =>
    file(name).hunks.map((each) => [
      each.baseStart,
      each.baseLines,
      each.headStart,
      each.headLines,
    ]);

  it('is one change against what it was called before', () => {
    assert.deepEqual(files().map(named), all);
    assert.deepEqual(ranges('sub/b.txt'), [
      [3, 1, 3, 1],
      [25, 1, 25, 1],
    ]);
    assert.equal(file('wide.txt').encoding, 'utf-16le');
  });

  it('stays one when the person leaves nothing of its text', async () => {
    await decide('sub/b.txt', 'accepted', 0);
    await save('sub/b.txt', 'mine\n');
    assert.deepEqual(files().map(named), all);
    assert.deepEqual(ranges('sub/b.txt'), [[1, 30, 1, 1]]);
    await decide('sub/b.txt', 'accepted');
    await apply();
    const after = await stage.files();
    assert.deepEqual([after['a.txt'], after['sub/b.txt']], [undefined, 'mine\n']);
  });

  it('has but its new name left to decide when the person writes it back to what it was', async () => {
    await decide('sub/b.txt', 'accepted', 0);
    await save('sub/b.txt', lines);
    assert.deepEqual(files().map(named), all);
    assert.deepEqual([file('sub/b.txt').hunks, file('sub/b.txt').edited], [[], []]);
    assert.equal(fileDecision(file('sub/b.txt')), 'undecided');
    await decide('sub/b.txt', 'accepted');
    await save('sub/b.txt', lines.replace('line 7\n', 'mine\n'));
    assert.deepEqual(ranges('sub/b.txt'), [[7, 1, 7, 1]]);
    assert.equal(fileDecision(file('sub/b.txt')), 'mixed');
    await apply();
    const after = await stage.files();
    assert.deepEqual([after['a.txt'], after['sub/b.txt']], [undefined, lines]);
  });

  it('stays accepted when all that was accepted in it is written back', async () => {
    await decide('sub/b.txt', 'accepted', 0);
    await decide('sub/b.txt', 'accepted', 1);
    await save('sub/b.txt', lines);
    assert.equal(fileDecision(file('sub/b.txt')), 'accepted');
  });

  it('does not come of a new file that is made to look like a deleted one', async () => {
    await save('new.txt', numbered('gone'));
    assert.deepEqual(files().map(named), all);
    assert.deepEqual(ranges('new.txt'), [[0, 0, 1, 30]]);
    await decide('new.txt', 'accepted');
    await apply();
    const after = await stage.files();
    assert.deepEqual([after['new.txt'], after['gone.txt']], [numbered('gone'), numbered('gone')]);
  });

  it('does not come of a deletion that the person writes into', async () => {
    await save('gone.txt', numbered('plain'));
    assert.deepEqual(
      files().map(named),
      all.map((each) => each.replace('deleted', 'modified')),
    );
    assert.deepEqual(ranges('gone.txt'), [[1, 30, 1, 30]]);
    await save('gone.txt', numbered('gone'));
    assert.deepEqual(files().map(named), all.slice(1));
  });

  it('moves with the hunks that were accepted; all of it can be undone before, and reverted after', async () => {
    const before = await stage.files();
    await decide('sub/b.txt', 'rejected');
    await decide('sub/b.txt', 'undecided');
    await decide('sub/b.txt', 'accepted', 0);
    await decide('moved.txt', 'accepted');
    await decide('moved.txt', 'rejected');
    await apply();
    const after = await stage.files();
    assert.equal(after['sub/b.txt'], lines.replace('line 3\n', 'LINE 3\n'));
    assert.deepEqual(
      [after['a.txt'], after['moved.txt'], after['plain.txt']],
      [undefined, undefined, numbered('plain')],
    );
    await driver.revert('t');
    await driver.idle();
    assert.deepEqual(await stage.files(), before);
  });

  it('is sent back with the lines of its old name, and keeps what was decided of it', async () => {
    await decide('sub/b.txt', 'accepted');
    await decide('sub/b.txt', 'rejected', 1);
    await decide('moved.txt', 'rejected');
    const [first = '', second = ''] = file('sub/b.txt').hunks.map(({ id }) => id);
    const [wideHunk = ''] = file('wide.txt').hunks.map(({ id }) => id);
    await driver.sendBack(
      [
        { path: 'sub/b.txt', hunk: first, text: 'Spell it out.' },
        { path: 'wide.txt', hunk: wideHunk, text: 'Why twice?' },
      ],
      't',
    );
    assert.equal((await runUntilReview(driver)).status, 'reviewing');
    const told = JSON.stringify(
      requests.filter((each) => each.conversationId === 'work/alter').at(-1)?.messages,
    );
    assert.ok(told.includes('In a.txt → sub/b.txt, at this change:\\n-line 3\\n+LINE 3\\n'), told);
    assert.ok(told.includes('-Ċ 3\\n+ĊĊ 3\\n'), told);
    assert.ok(told.includes('-line 25\\n+LINE 25'), told);
    assert.ok(told.includes('All of plain.txt → moved.txt.'), told);
    const now = file('sub/b.txt');
    assert.deepEqual(now.unseen, [now.hunks[0]?.id]);
    assert.deepEqual([now.decisions, now.whole], [{ [second]: 'rejected' }, 'accepted']);
    assert.deepEqual([file('moved.txt').whole, file('moved.txt').unseen], ['rejected', undefined]);
  });

  it('stays one after a conflict with what was changed under its old name, and after an edit then', async () => {
    const first = Buffer.from((await proposal('sub/b.txt')) ?? '').toString();
    await save('sub/b.txt', first.replace('LINE 25\n', 'my 25\n'));
    await writeFile(at('a.txt'), lines.replace('line 3\n', 'mine 3\n'));
    await decide('sub/b.txt', 'accepted');
    await apply();
    assert.deepEqual(files().map(named), all);
    assert.deepEqual(file('sub/b.txt').conflict?.places, [{ start: 3, lines: 1 }]);
    assert.deepEqual(file('sub/b.txt').edited, [file('sub/b.txt').hunks[1]?.id]);
    const proposed = Buffer.from((await proposal('sub/b.txt')) ?? '').toString();
    await save('sub/b.txt', proposed.replace('LINE 3\n', 'both 3\n'));
    assert.ok(file('sub/b.txt').conflict);
    assert.equal(file('sub/b.txt').renamedFrom, 'a.txt');
    await decide('sub/b.txt', 'accepted');
    await apply();
    const after = await stage.files();
    const expected = lines.replace('line 3\n', 'both 3\n').replace('line 25\n', 'my 25\n');
    assert.deepEqual([after['a.txt'], after['sub/b.txt']], [undefined, expected]);
  });

  it('falls apart where the person made a file of the new name', async () => {
    await writeFile(at('moved.txt'), 'mine\n');
    await decide('moved.txt', 'accepted');
    await apply();
    assert.deepEqual(
      files()
        .map(named)
        .filter((each) => /plain|moved/.test(each)),
      ['modified moved.txt', 'deleted plain.txt'],
    );
  });

  it('in UTF-16 keeps its encoding and its other hunks when the person edits it', async () => {
    const proposed = Buffer.from((await proposal('wide.txt')) ?? '').toString('utf16le');
    const [hunk = ''] = file('wide.txt').hunks.map(({ id }) => id);
    const mine = proposed.replace('Ċ 20\n', 'mine  \n').replace('Ċ 9\n', 'Ċ 9  \n');
    await save('wide.txt', Buffer.from(mine, 'utf16le'));
    assert.deepEqual(ranges('wide.txt'), [
      [3, 1, 3, 1],
      [20, 1, 20, 1],
    ]);
    assert.deepEqual(
      [file('wide.txt').encoding, file('wide.txt').hunks[0]?.id],
      ['utf-16le', hunk],
    );
    await decide('wide.txt', 'accepted', 1);
    await apply();
    const text = numbered('Ċ').replace('Ċ 20\n', 'mine  \n');
    assert.deepEqual(await readFile(at('wide.txt')), wide(text));
  });

  it('that gets another encoding by an edit is decided whole, and by lines again after the next', async () => {
    const text = numbered('Ċ').replace('Ċ 3\n', 'three\n');
    await save('wide.txt', Buffer.from(text));
    assert.deepEqual([file('wide.txt').undivided, file('wide.txt').hunks], ['other-encoding', []]);
    assert.equal(file('wide.txt').encoding, undefined);
    await save('wide.txt', wide(text));
    assert.deepEqual(ranges('wide.txt'), [[3, 1, 3, 1]]);
    assert.equal(file('wide.txt').undivided, undefined);
  });
});

it('An old name that is deleted by itself still belongs to the task that moved it', async function () {
  this.timeout(30_000);
  const stage = await openStage({ files: { 'a.txt': lines } });
  try {
    const twoTasks = scriptOf([{ id: 'move' }, { id: 'rewrite', after: ['move'] }], {
      'work/move': [...call('move_file', { from: 'a.txt', to: 'b.txt' }), ...finish],
      'work/rewrite': [
        ...call('delete_file', { path: 'b.txt' }),
        ...call('create_file', { path: 'b.txt', content: 'another\n' }),
        ...finish,
      ],
    });
    const driver = await stage.host.start('Do it', stage.provider(twoTasks));
    const state = await runUntilReview(driver);
    const groups = groupByAuthor(state).map(({ id, files }) => [
      id,
      files.map(({ path: name }) => name),
    ]);
    assert.deepEqual(groups, [
      ['move', ['a.txt']],
      ['rewrite', ['b.txt']],
    ]);
  } finally {
    await stage.close();
  }
});
