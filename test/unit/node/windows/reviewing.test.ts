/** A review from a window that does not execute the run: what is written and commented on there, and decided in both. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { RunDriver } from '../../../../src/engine/run/run-driver.ts';
import { openDatabase } from '../../../../src/node/database/open-database.ts';
import type { RunHost } from '../../../../src/node/run-host.ts';
import { systemClock } from '../../../../src/node/system-clock.ts';
import type { Instruction } from '../../../../src/shared/instruction.ts';
import { call, finish, scriptOf } from '../../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../../support/runs/scripted-run.ts';

const base = Array.from({ length: 20 }, (_, index) => `line ${index + 1}\n`).join('');
const edit = (old_str: string, new_str: string) =>
  call('edit_file', { path: 'a.txt', old_str, new_str });
const script = scriptOf([{ id: 'alter' }], {
  'work/alter': [
    ...edit('line 3\n', 'LINE 3\n'),
    ...edit('line 12\n', 'LINE 12\n'),
    ...finish,
    ...edit('LINE 12\n', 'twelve\n'),
    ...finish,
  ],
});

describe('two windows on one review', function () {
  this.timeout(60_000);
  let stage: Stage;
  let other: RunHost;
  let driver: RunDriver;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': base } });
    other = (await stage.another()).host;
    driver = await stage.host.start('Do it', stage.provider(script));
    await runUntilReview(driver);
  });
  afterEach(() => stage.close());

  const tell = (host: RunHost, ...what: Instruction[]) =>
    host.instruct(driver.state.runId, what, {
      by: host === other ? 'the other' : 'you',
      provider: async () => stage.provider(script),
    });
  const stageIn = async (host: RunHost, from: string, to: string): Promise<Instruction> => {
    const { changes } = await host.state(driver.state.runId);
    const served = await host.readFile(driver.state.runId, changes?.head ?? '', 'a.txt');
    assert.ok(served);
    const saved = Buffer.from(Buffer.from(served).toString().replace(from, to));
    const text = { path: 'a.txt', served, saved };
    const { signal } = new AbortController();
    const staged = await host.stageEdit(driver.state.runId, text, signal);
    assert.ok(staged);
    return { do: 'edit-change', ...staged };
  };
  const decide = (hunk: string, decision: 'accepted' | 'rejected'): Instruction => ({
    do: 'decide-change',
    path: 'a.txt',
    hunks: [hunk],
    decision,
  });
  const file = async (host: RunHost) => {
    const { changes } = await host.state(driver.state.runId);
    const found = changes?.files.find((each) => each.path === 'a.txt');
    assert.ok(found);
    return found;
  };

  it('write into the proposal from the one that does not execute it, and both show the same', async () => {
    await tell(other, await stageIn(other, 'LINE 12\n', 'LINE 12\nmine\n'));
    const [here, there] = [await file(stage.host), await file(other)];
    assert.deepEqual(here, there);
    assert.equal(here.edited?.length, 1);
    const accepted = { do: 'decide-change', path: 'a.txt', decision: 'accepted' } as const;
    await tell(other, accepted, { do: 'apply' });
    await driver.idle((state) => state.applied !== undefined);
    assert.match((await stage.files())['a.txt'] ?? '', /LINE 12\nmine\n/);
  });

  it('that wrote at once: the first counts, the other is told and can save again', async () => {
    const mine = await stageIn(stage.host, 'LINE 3\n', 'LINE 3\nmine\n');
    const theirs = await stageIn(other, 'LINE 12\n', 'LINE 12\ntheirs\n');
    await tell(other, theirs);
    await assert.rejects(tell(stage.host, mine), {
      code: 'wrong-decision',
      userMessage: /edited in another place meanwhile.*save it again/s,
    });
    await tell(stage.host, await stageIn(stage.host, 'LINE 3\n', 'LINE 3\nmine\n'));
    assert.equal((await file(other)).edited?.length, 2);
  });

  it('decide on a hunk that the other one has just written into: the words say to look again', async () => {
    const [, second = ''] = (await file(stage.host)).hunks.map(({ id }) => id);
    await tell(other, await stageIn(other, 'LINE 12\n', 'LINE 12\nmine\n'));
    await assert.rejects(tell(stage.host, decide(second, 'accepted')), {
      code: 'wrong-decision',
      userMessage: /This change of a\.txt is no longer there; look at the diff again/,
    });
  });

  it('decide on the same hunk: the last decision stands in both', async () => {
    const [first = ''] = (await file(stage.host)).hunks.map(({ id }) => id);
    await tell(stage.host, decide(first, 'accepted'));
    await tell(other, decide(first, 'rejected'));
    assert.equal((await file(stage.host)).decisions[first], 'rejected');
    assert.equal((await file(other)).decisions[first], 'rejected');
  });

  it('send a change back from the one that does not execute it', async () => {
    const [, second = ''] = (await file(other)).hunks.map(({ id }) => id);
    const comments = [{ path: 'a.txt', hunk: second, text: 'Spell it out.' }];
    await tell(other, { do: 'send-back', comments });
    await assert.rejects(
      tell(other, { do: 'decide-change', path: 'a.txt', decision: 'accepted' }),
      {
        code: 'wrong-decision',
      },
    );
    assert.equal((await runUntilReview(driver)).status, 'reviewing');
    const { changes } = driver.state;
    const bytes = await other.readFile(driver.state.runId, changes?.head ?? '', 'a.txt');
    assert.match(Buffer.from(bytes ?? '').toString(), /twelve\n/);
  });

  it('at rest: whichever writes goes on with the run', async () => {
    const { runId } = driver.state;
    await stage.host.rest(runId);
    const taken = await tell(other, await stageIn(other, 'LINE 12\n', 'LINE 12\nmine\n'));
    assert.equal(taken?.state.runId, runId);
    assert.equal((await file(other)).edited?.length, 1);
  });

  it('that were carried out before their owner could say so are done once', async () => {
    const { runId } = driver.state;
    const edited = await stageIn(stage.host, 'LINE 12\n', 'LINE 12\nmine\n');
    const comments = [{ path: 'a.txt', text: 'Spell it out.' }];
    await stage.host.release(runId);
    const database = await openDatabase(stage.host.stateFolder, { clock: systemClock });
    const at = new Date().toISOString();
    const twice: Instruction[] = [edited, edited, { do: 'send-back', comments }];
    for (const instruction of [...twice, { do: 'send-back', comments } as const]) {
      await database.instruct(runId, [{ instruction, by: 'o', at }]);
    }
    const next = await other.resume(runId, stage.provider(script));
    const { signal } = new AbortController();
    const settled = [];
    for (const number of [1, 2, 3, 4]) {
      settled.push((await database.settled(number, signal)).status);
    }
    await database.close();
    assert.deepEqual(settled, ['done', 'done', 'done', 'done']);
    const told = (await other.events(runId)).map(({ type }) => type);
    assert.equal(told.filter((type) => type === 'change:edited').length, 1);
    assert.equal(told.filter((type) => type === 'change:commented').length, 1);
    assert.equal(next.state.changes, undefined);
  });

  const ofDeadOwner: Array<[string, () => Promise<Instruction>]> = [
    [
      'an edit, with another one behind it',
      async () => {
        const edited = await stageIn(stage.host, 'LINE 12\n', 'LINE 12\nmine\n');
        assert.ok(edited.do === 'edit-change');
        await driver.editChange(edited, 'o');
        await tell(stage.host, await stageIn(stage.host, 'LINE 3\n', 'LINE 3\nmore\n'));
        return edited;
      },
    ],
    [
      'a comment whose task has come back',
      async () => {
        const comments = [{ path: 'a.txt', text: 'Spell it out.' }];
        await driver.sendBack(comments, 'o');
        await runUntilReview(driver);
        return { do: 'send-back', comments };
      },
    ],
  ];
  for (const [what, carryOut] of ofDeadOwner) {
    it(`do not do again what a dead owner had carried out: ${what}`, async () => {
      const { runId } = driver.state;
      const at = new Date().toISOString();
      const instruction = await carryOut();
      const before = driver.state;
      await stage.host.release(runId);
      const database = await openDatabase(stage.host.stateFolder, { clock: systemClock });
      const number = await database.instruct(runId, [{ instruction, by: 'o', at }]);
      const next = await other.resume(runId, stage.provider(script));
      const settled = await database.settled(number, new AbortController().signal);
      await database.close();
      assert.deepEqual(settled, { status: 'done' });
      assert.deepEqual(next.state.changes, before.changes);
    });
  }

  it('are told that the run was cancelled, with the workspace as it was', async () => {
    const written = await stageIn(other, 'LINE 12\n', 'LINE 12\nmine\n');
    await tell(other, { do: 'cancel' });
    await driver.idle();
    const late: Instruction[] = [
      written,
      { do: 'decide-change', path: 'a.txt', decision: 'accepted' },
      { do: 'send-back', comments: [{ path: 'a.txt', text: 'Late.' }] },
      { do: 'apply' },
    ];
    for (const instruction of late) {
      await assert.rejects(tell(other, instruction), {
        code: 'wrong-decision',
        userMessage: /cancelled/,
      });
    }
    assert.deepEqual(await stage.files(), { 'a.txt': base });
  });
});
