/** The person writes during the review: edits become part of the proposal, comments go back to who wrote it. */
import assert from 'node:assert/strict';
import type { TurnRequest } from '../../../src/engine/model-port.ts';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import { call, creates, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../support/runs/scripted-run.ts';

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`).join('');
const base = lines(1, 30);
const edit = (path: string, old_str: string, new_str: string) =>
  call('edit_file', { path, old_str, new_str });

/** Three hunks in `a.txt`, and another file by another task. */
const script = scriptOf([{ id: 'alter' }, { id: 'add' }], {
  'work/alter': [
    ...edit('a.txt', 'line 3\n', 'LINE 3\n'),
    ...edit('a.txt', 'line 12\n', 'LINE 12\n'),
    ...edit('a.txt', 'line 25\n', 'LINE 25\n'),
    ...finish,
    ...edit('a.txt', 'LINE 12\n', 'twelve, as the person wants it\n'),
    ...finish,
  ],
  'work/add': creates('b.txt', 'b\n'),
});

describe('what the person writes in a review', () => {
  let stage: Stage;
  let driver: RunDriver;
  let requests: TurnRequest[];
  beforeEach(async () => {
    requests = [];
    stage = await openStage({ files: { 'a.txt': base } });
    const provider = stage.provider(script);
    const streamTurn: typeof provider.streamTurn = (request, onText, signal) => {
      requests.push(structuredClone(request));
      return provider.streamTurn(request, onText, signal);
    };
    driver = await stage.host.start('Do it', { ...provider, streamTurn });
    await runUntilReview(driver);
  });
  afterEach(() => stage.close());

  const file = (path = 'a.txt', state: RunState = driver.state) => {
    const found = state.changes?.files.find((each) => each.path === path);
    assert.ok(found, `${path} is not in the change set`);
    return found;
  };
  const hunk = (index: number) => file().hunks[index]?.id ?? '';
  const decide = (index: number, decision: 'accepted' | 'rejected') =>
    driver.decideChange({ path: 'a.txt', hunks: [hunk(index)], decision }, 't');
  const proposal = async (path = 'a.txt') => {
    const { runId, changes } = driver.state;
    return Buffer.from(
      (await stage.host.readFile(runId, changes?.head ?? '', path)) ?? '',
    ).toString();
  };
  const save = async (served: string, saved: string, path = 'a.txt') => {
    const text = { path, served: Buffer.from(served), saved: Buffer.from(saved) };
    const { signal } = new AbortController();
    const staged = await stage.host.stageEdit(driver.state.runId, text, signal);
    if (staged) await driver.editChange(staged, 't');
    return staged;
  };
  const apply = async () => {
    await driver.applyAccepted('t');
    return driver.idle();
  };
  const toldTo = (conversationId: string) =>
    JSON.stringify(
      requests.filter((each) => each.conversationId === conversationId).at(-1)?.messages,
    );

  it('is part of the proposal, marked, and undecided; other decisions stay', async () => {
    await decide(0, 'accepted');
    await decide(2, 'rejected');
    const [first, second, third] = [hunk(0), hunk(1), hunk(2)];
    const shown = (await proposal()).replace('LINE 25', 'line 25');
    await save(shown, shown.replace('LINE 12\n', 'LINE 12\nmine\n'));
    const now = file();
    assert.equal(now.hunks.length, 3);
    assert.equal(now.hunks[0]?.id, first);
    assert.notEqual(now.hunks[1]?.id, second);
    assert.deepEqual(now.edited, [hunk(1)]);
    assert.deepEqual(now.decisions, { [first]: 'accepted', [third]: 'rejected' });
    await decide(1, 'accepted');
    await apply();
    const expected = base.replace('line 3\n', 'LINE 3\n').replace('line 12\n', 'LINE 12\nmine\n');
    assert.equal((await stage.files())['a.txt'], expected);
  });

  it('never brings a rejected hunk back, whatever is saved after it', async () => {
    const served = await proposal();
    await decide(1, 'rejected');
    // The editor took the decision over as an edit, and what it was given last counts as that.
    const shown = served.replace('LINE 12', 'line 12');
    await save(shown, shown.replace('line 30\n', 'line 30\nmine\n'));
    assert.equal(file().decisions[hunk(1)], 'rejected');
    await driver.decideChange({ path: 'a.txt', decision: 'accepted' }, 't');
    await decide(1, 'rejected');
    await apply();
    const applied = (await stage.files())['a.txt'] ?? '';
    assert.ok(applied.includes('line 12\n') && applied.includes('mine\n'), applied);
  });

  it('replaces a rejected hunk that the person wrote over', async () => {
    await decide(1, 'rejected');
    const shown = (await proposal()).replace('LINE 12', 'line 12');
    await save(shown, shown.replace('line 12\n', 'my own twelve\n'));
    assert.equal(file().hunks.length, 3);
    assert.deepEqual(file().edited, [hunk(1)]);
    assert.equal(file().decisions[hunk(1)], undefined);
  });

  it('takes a file out of the change set when it is as it was before the run', async () => {
    await save(await proposal(), base);
    assert.deepEqual(
      driver.state.changes?.files.map((each) => each.path),
      ['b.txt'],
    );
  });

  it('stages nothing for a save that changed white space alone', async () => {
    const served = await proposal();
    assert.equal(await save(served, served.replaceAll('\n', '\r\n')), undefined);
  });

  it('refuses an edit of a proposal that is another by now', async () => {
    const served = await proposal();
    const text = { path: 'a.txt', served: Buffer.from(served), saved: Buffer.from(`${served}1\n`) };
    const { signal } = new AbortController();
    const staged = await stage.host.stageEdit(driver.state.runId, text, signal);
    await save(served, `${served}2\n`);
    assert.ok(staged);
    await assert.rejects(driver.editChange(staged, 't'), { code: 'wrong-decision' });
  });

  it('goes to the task that wrote it, which tells what was rejected and holds what was edited', async () => {
    await decide(0, 'accepted');
    await decide(2, 'rejected');
    await save('b\n', 'b\nmine\n', 'b.txt');
    const [first, second, third] = [hunk(0), hunk(1), hunk(2)];
    await driver.sendBack([{ path: 'a.txt', hunk: second, text: 'Spell the number out.' }], 't');
    assert.equal(driver.state.changes, undefined);
    const state = await runUntilReview(driver);
    assert.equal(state.status, 'reviewing', state.error?.message);
    const told = toldTo('work/alter');
    assert.match(told, /Spell the number out/);
    assert.match(told, /-line 12\\n\+LINE 12/);
    assert.match(told, /rejected these changes.*\+LINE 25/s);
    assert.match(told, /The person edited these files.*b\.txt/s);
    const now = file();
    assert.match(await proposal(), /twelve, as the person wants it/);
    assert.equal(await proposal('b.txt'), 'b\nmine\n');
    assert.deepEqual(now.unseen, [hunk(1)]);
    assert.equal(file('b.txt').unseen, undefined);
    assert.deepEqual(file('b.txt').edited, [file('b.txt').hunks[0]?.id]);
    assert.deepEqual(now.decisions, { [first]: 'accepted', [third]: 'rejected' });
  });

  it('is not taken in while an agent works on what was sent back, nor where nothing is reviewed any more', async () => {
    const served = await proposal();
    await save(served, base);
    const { signal } = new AbortController();
    const stageText = (path: string, saved: string) =>
      stage.host.stageEdit(
        driver.state.runId,
        { path, served: Buffer.from(base), saved: Buffer.from(saved) },
        signal,
      );
    await assert.rejects(stageText('a.txt', `${base}1\n`), {
      code: 'wrong-decision',
      userMessage: /a\.txt is not in the change set.*your text is kept in the editor/s,
    });
    await driver.sendBack([{ path: 'b.txt', text: 'Otherwise.' }], 't');
    await assert.rejects(stageText('b.txt', 'b\n1\n'), {
      code: 'wrong-decision',
      userMessage: /an agent works on what was sent back.*your text is kept in the editor/s,
    });
  });

  it('is the same for whoever takes the run up later', async () => {
    await save('b\n', 'b\nmine\n', 'b.txt');
    await driver.sendBack([{ path: 'a.txt', text: 'Spell the number out.' }], 't');
    const { runId } = await runUntilReview(driver);
    const before = driver.state;
    await stage.host.release(runId);
    assert.deepEqual((await stage.host.state(runId)).changes, before.changes);
  });

  it('can be sent back again, to the same agent', async () => {
    await driver.sendBack([{ path: 'a.txt', text: 'Once.' }], 't');
    await runUntilReview(driver);
    await driver.sendBack([{ path: 'a.txt', text: 'Twice.' }], 't');
    const state = await driver.idle((now) => now.tasks.some((task) => task.status === 'failed'));
    // The script has no more words for it; what counts is that it was asked.
    assert.match(toldTo('work/alter'), /Twice/);
    assert.equal(state.tasks[0]?.wrote?.includes('a.txt'), true);
    // What it had done before is not lost, and can be sent back or applied as it was.
    const after = await driver.idle();
    assert.equal(after.status, 'reviewing', after.error?.message);
    assert.match(await proposal(), /twelve, as the person wants it/);
    await driver.sendBack([{ path: 'a.txt', text: 'Thrice.' }], 't');
    assert.equal(driver.state.tasks[0]?.error, undefined);
  });

  it('sends nothing about a change that is not there, or while nothing is reviewed', async () => {
    const nowhere = { path: 'nowhere.txt', text: 'x' };
    await assert.rejects(driver.sendBack([nowhere], 't'), { code: 'wrong-decision' });
    const gone = { path: 'a.txt', hunk: 'h0', text: 'x' };
    await assert.rejects(driver.sendBack([gone], 't'), { code: 'wrong-decision' });
    await driver.cancel('t');
    const late = { path: 'a.txt', text: 'x' };
    await assert.rejects(driver.sendBack([late], 't'), { code: 'wrong-decision' });
  });
});
