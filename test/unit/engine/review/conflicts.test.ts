/** From the decision to the workspace and back: conflicts, refusals and reverts of a whole run. */
import assert from 'node:assert/strict';
import { chmod, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, it } from 'mocha';
import { summaryText } from '../../../../src/cli/run-text.ts';
import type { RunDriver } from '../../../../src/engine/run/run-driver.ts';
import { createApply } from '../../../../src/node/apply/apply.ts';
import { isInConflict, type ReviewedFile } from '../../../../src/shared/changes.ts';
import { isMusterError } from '../../../../src/shared/muster-error.ts';
import { reduceAll } from '../../../../src/shared/reduce.ts';
import type { RunState } from '../../../../src/shared/run-state.ts';
import { call, finish, scriptOf } from '../../../support/runs/script-parts.ts';
import {
  acceptAllAndApply,
  openStage,
  runUntilReview,
  type Stage,
} from '../../../support/runs/scripted-run.ts';
import { countedOperations } from '../../node/apply/counted-operations.ts';

const numbered = (...changed: Array<[number, string]>): string => {
  const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);
  for (const [line, text] of changed) lines[line - 1] = text;
  return `${lines.join('\n')}\n`;
};

const script = scriptOf([{ id: 'edit' }], {
  'work/edit': [
    ...call('edit_file', { path: 'a.txt', old_str: 'line 2\n', new_str: 'team 2\n' }),
    ...call('edit_file', { path: 'a.txt', old_str: 'line 10\n', new_str: 'team 10\n' }),
    ...call('edit_file', { path: 'b.txt', old_str: 'b', new_str: 'B' }),
    ...call('create_file', { path: 'c.txt', content: 'c\n' }),
    ...finish,
  ],
});

describe('A change set whose files moved on', function () {
  this.timeout(30_000);
  let stage: Stage;
  let driver: RunDriver;
  const at = (name: string) => path.join(stage.workspace, name);
  const text = (name: string) => readFile(at(name), 'utf8');
  const file = (state: RunState, name: string): ReviewedFile => {
    const found = state.changes?.files.find((each) => each.path === name);
    assert.ok(found, name);
    return found;
  };
  const open = async () => {
    stage = await openStage({ files: { 'a.txt': numbered(), 'b.txt': 'b\n' } });
    driver = await stage.host.start('Edit', stage.provider(script));
    assert.equal((await runUntilReview(driver)).status, 'reviewing');
  };
  const accept = (name: string) =>
    driver.decideChange({ path: name, decision: 'accepted' }, 'test');
  const apply = async () => {
    await driver.applyAccepted('test');
    return driver.idle();
  };
  afterEach(() => stage.close());

  it('is merged where it can be, and says which files', async () => {
    await open();
    await writeFile(at('a.txt'), numbered([6, 'mine 6']));
    const state = await acceptAllAndApply(driver);
    assert.equal(state.outcome, 'applied');
    assert.equal(await text('a.txt'), numbered([2, 'team 2'], [6, 'mine 6'], [10, 'team 10']));
    assert.deepEqual(state.applied, [
      { path: 'a.txt', status: 'modified', merged: true },
      { path: 'b.txt', status: 'modified' },
      { path: 'c.txt', status: 'added' },
    ]);
  });

  it('applies nothing on a conflict, and asks anew on that file alone, against what is there', async () => {
    await open();
    await writeFile(at('a.txt'), numbered([2, 'mine 2'], [6, 'mine 6']));
    const refused = await acceptAllAndApply(driver);
    assert.equal(refused.status, 'reviewing');
    assert.match(refused.refused?.[0]?.reason ?? '', /in the same places \(line 2\)/);
    assert.deepEqual([await text('b.txt'), refused.applied], ['b\n', undefined]);
    const clashing = file(refused, 'a.txt');
    assert.ok(isInConflict(clashing));
    assert.deepEqual(clashing.conflict?.places, [{ start: 2, lines: 1 }]);
    assert.deepEqual(
      clashing.hunks.map(({ id }) => clashing.decisions[id] ?? 'undecided'),
      ['undecided', 'accepted'],
      'what did not conflict stays decided',
    );
    assert.equal(
      file(refused, 'b.txt').decisions[file(refused, 'b.txt').hunks[0]?.id ?? ''],
      'accepted',
    );
    const base = await stage.host.readFile(refused.runId, refused.changes?.base ?? '', 'a.txt');
    assert.equal(Buffer.from(base ?? []).toString(), numbered([2, 'mine 2'], [6, 'mine 6']));

    await driver.decideChange(
      { path: 'a.txt', hunks: [clashing.hunks[0]?.id ?? ''], decision: 'rejected' },
      'test',
    );
    const state = await apply();
    assert.equal(state.outcome, 'applied');
    assert.equal(await text('a.txt'), numbered([2, 'mine 2'], [6, 'mine 6'], [10, 'team 10']));
    assert.equal(await text('b.txt'), 'B\n');
    assert.deepEqual(reduceAll(await stage.host.events(state.runId)), driver.state);
  });

  it("takes the run's lines over the person's only where that was decided", async () => {
    await open();
    await writeFile(at('a.txt'), numbered([2, 'mine 2'], [6, 'mine 6']));
    await acceptAllAndApply(driver);
    await accept('a.txt');
    await apply();
    assert.equal(await text('a.txt'), numbered([2, 'team 2'], [6, 'mine 6'], [10, 'team 10']));
  });

  it('conflicts again when it moves on again, and fits when the person takes theirs back', async () => {
    await open();
    for (const mine of ['mine 2', 'mine again']) {
      await writeFile(at('a.txt'), numbered([2, mine]));
      await accept('a.txt');
      assert.match((await apply()).refused?.[0]?.reason ?? '', /same places/);
      assert.equal(await text('a.txt'), numbered([2, mine]));
    }
    await writeFile(at('a.txt'), numbered());
    await accept('a.txt');
    assert.equal((await apply()).outcome, 'applied');
    assert.equal(await text('a.txt'), numbered([2, 'team 2'], [10, 'team 10']));
  });

  it('can be decided after the person deleted a file or made one of the same name', async () => {
    await open();
    await rm(at('b.txt'));
    await writeFile(at('c.txt'), 'mine\n');
    const refused = await acceptAllAndApply(driver);
    assert.deepEqual(
      refused.refused?.map((each) => each.path),
      ['b.txt', 'c.txt'],
    );
    assert.deepEqual(
      [file(refused, 'b.txt').status, file(refused, 'c.txt').status],
      ['added', 'modified'],
    );
    await accept('b.txt');
    await driver.decideChange({ path: 'c.txt', decision: 'rejected' }, 'test');
    assert.equal((await apply()).outcome, 'applied');
    assert.deepEqual([await text('b.txt'), await text('c.txt')], ['B\n', 'mine\n']);
  });

  it('is refused for what stands in the way, and the review goes on', async () => {
    await open();
    await rm(at('b.txt'));
    await mkdir(at('b.txt'));
    await chmod(at('a.txt'), 0o444);
    await symlink('a.txt', at('c.txt'));
    const refused = await acceptAllAndApply(driver);
    assert.equal(refused.status, 'reviewing');
    const reasons = refused.refused?.map((each) => `${each.path}: ${each.reason}`).join('\n') ?? '';
    assert.match(reasons, /c\.txt: a file of this name was made/);
    assert.match(reasons, /a\.txt: it is read-only/);
    assert.match(reasons, /b\.txt: it became a folder/);
    assert.equal(await text('a.txt'), numbered());
  });

  it('stays under review when the workspace cannot be written at all', async () => {
    await open();
    await writeFile(path.join(stage.host.stateFolder, 'applies'), 'in the way');
    const refused = await acceptAllAndApply(driver);
    assert.deepEqual([refused.status, refused.error], ['reviewing', undefined]);
    assert.match(refused.refusal ?? '', /could not be applied.*The workspace is as it was before/);
    await rm(path.join(stage.host.stateFolder, 'applies'));
    const state = await apply();
    assert.deepEqual([state.outcome, state.refusal], ['applied', undefined]);
  });

  it('is not applied once the run is cancelled', async () => {
    await open();
    await accept('a.txt');
    await driver.cancel('test');
    await assert.rejects(driver.applyAccepted('test'), /has ended \(cancelled\)/);
    await assert.rejects(driver.revert('test'), /Nothing of this run was applied/);
    assert.equal(await text('a.txt'), numbered());
  });

  it('does not take a decision on a hunk that is no longer there', async () => {
    await open();
    const [old] = file(driver.state, 'a.txt').hunks;
    await writeFile(at('a.txt'), numbered([2, 'mine 2']));
    await acceptAllAndApply(driver);
    const decision = { path: 'a.txt', hunks: [old?.id ?? ''], decision: 'accepted' as const };
    await assert.rejects(
      driver.decideChange(decision, 'test'),
      /no longer there; look at the diff/,
    );
  });

  it('is decided in one window at a time, and the next one goes on from there', async () => {
    await open();
    const { host: other } = await stage.another();
    const { runId } = driver.state;
    await assert.rejects(other.resume(runId, stage.provider(script)), (error) => {
      return isMusterError(error) && error.code === 'in-use';
    });
    await accept('a.txt');
    await stage.host.release(runId);
    const taken = await other.resume(runId, stage.provider(script));
    await taken.decideChange({ path: 'b.txt', decision: 'rejected' }, 'other');
    taken.start();
    await taken.applyAccepted('other');
    assert.equal((await taken.idle()).outcome, 'applied');
    await other.close();
    assert.deepEqual(await stage.files(), {
      'a.txt': numbered([2, 'team 2'], [10, 'team 10']),
      'b.txt': 'b\n',
    });
    await assert.rejects(driver.decideChange({ path: 'a.txt', decision: 'rejected' }, 'test'));
  });

  it('has no hunks where lines cannot be told, and is decided whole', async () => {
    stage = await openStage({ files: { 'wide.txt': '\0a\0\n\0b\0\n', 'n.ipynb': '{}\n' } });
    const both = scriptOf([{ id: 'edit' }], {
      'work/edit': [
        ...call('run_command', { command: "printf 'c\\0\\n\\0' >> wide.txt; echo '[]' > n.ipynb" }),
        ...finish,
      ],
    });
    driver = await stage.host.start('Edit', stage.provider(both));
    const state = await runUntilReview(driver);
    assert.deepEqual(
      state.changes?.files.map((each) => [each.path, each.hunks.length, each.undivided]),
      [
        ['n.ipynb', 0, undefined],
        ['wide.txt', 0, 'unknown-encoding'],
      ],
    );
    assert.match(summaryText(state), /wide\.txt .*its encoding is not certain/);
    await accept('wide.txt');
    assert.equal((await apply()).outcome, 'applied');
    assert.deepEqual(await stage.files(), {
      'wide.txt': '\0a\0\n\0b\0\nc\0\n\0',
      'n.ipynb': '{}\n',
    });
  });

  it('never takes in as a new base what was kept from the run', async () => {
    stage = await openStage({ files: { 'a.txt': 'a\n', '.env': 'KEY=secret\n' } });
    const guessing = scriptOf([{ id: 'edit' }], {
      'work/edit': [...call('create_file', { path: '.env', content: 'KEY=\n' }), ...finish],
    });
    driver = await stage.host.start('Edit', stage.provider(guessing));
    const reviewed = await runUntilReview(driver);
    assert.deepEqual(
      [reviewed.snapshot?.leftOut, reviewed.changes?.files].map((all) =>
        all?.map((each) => each.path),
      ),
      [['.env'], ['.env']],
    );
    const refused = await acceptAllAndApply(driver);
    assert.match(refused.refused?.[0]?.reason ?? '', /was kept from it.*Reject this file/);
    assert.equal(refused.changes?.base, reviewed.changes?.base);
    const events = await stage.host.events(refused.runId);
    assert.ok(events.every((event) => event.type !== 'change:conflict'));
    assert.equal(await text('.env'), 'KEY=secret\n');
  });

  it('is said in the log and to the person when an apply was cut off, and is applied then', async () => {
    await open();
    const { runId } = driver.state;
    const { workspace, stateFolder: folder } = stage.host;
    for (const name of ['a.txt', 'b.txt', 'c.txt']) await accept(name);
    await stage.host.close();
    const operations = countedOperations(async (step) => {
      if (step > 5) throw Object.assign(new Error('cut off'), { code: 'EIO' });
    });
    const cutOff = createApply({ workspace, folder, run: runId, operations }).apply(
      [
        { path: 'a.txt', before: Buffer.from(numbered()), after: Buffer.from('half\n') },
        { path: 'b.txt', before: Buffer.from('b\n'), after: Buffer.from('half\n') },
        { path: 'c.txt', after: Buffer.from('half\n') },
      ],
      new AbortController().signal,
    );
    await assert.rejects(cutOff);
    const { host: next, recovered: said } = await stage.another();
    assert.match(said.join(), /An apply of 3 files was interrupted and has been taken back/);
    assert.deepEqual(await stage.files(), { 'a.txt': numbered(), 'b.txt': 'b\n' });
    const again = await next.resume(runId, stage.provider(script));
    const told = (await next.events(runId)).filter((event) => event.type === 'change:recovered');
    assert.deepEqual(
      told.map((event) => [event.kind, event.outcome, event.files]),
      [['apply', 'rolled-back', ['a.txt', 'b.txt', 'c.txt']]],
    );
    again.start();
    await again.applyAccepted('test');
    assert.equal((await again.idle()).outcome, 'applied');
    await next.close();
    const { host: third } = await stage.another();
    await third.resume(runId, stage.provider(script));
    const later = (await third.events(runId)).filter((event) => event.type === 'change:recovered');
    assert.equal(later.length, 1, 'it is said once');
    await third.close();
  });

  it('is reverted after the end of the run, and again for what was in the way', async () => {
    await open();
    await assert.rejects(driver.revert('test'), /nothing to revert/);
    await acceptAllAndApply(driver);
    await writeFile(at('b.txt'), 'mine\n');
    await driver.revert('test');
    assert.deepEqual(driver.state.reverted?.files, ['a.txt', 'c.txt']);
    assert.deepEqual(
      driver.state.reverted?.left.map((each) => each.path),
      ['b.txt'],
    );
    assert.equal(driver.state.status, 'completed');
    assert.deepEqual(await stage.files(), { 'a.txt': numbered(), 'b.txt': 'mine\n' });
    await writeFile(at('b.txt'), 'B\n');
    await stage.host.close();
    const again = await stage.host.resume(driver.state.runId, stage.provider(script));
    await again.revert('test');
    assert.deepEqual(again.state.reverted?.left, []);
    assert.equal(await text('b.txt'), 'b\n');
    await assert.rejects(again.revert('test'), /was reverted already/);
  });
});
