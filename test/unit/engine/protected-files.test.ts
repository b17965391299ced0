/** A protected file in a change set: what decides many files leaves it out, and apply refuses it without its own yes. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hasAccepted } from '../../../src/shared/changes.ts';
import { reduceAll } from '../../../src/shared/reduce.ts';
import { call, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../support/runs/scripted-run.ts';

describe('a protected file in a change set', () => {
  let stage: Stage;
  const manifest = (value: unknown) => `${JSON.stringify(value)}\n`;

  beforeEach(async () => {
    stage = await openStage({
      files: { 'a.txt': 'one\n', 'package.json': manifest({ scripts: { test: 'true' } }) },
    });
  });
  afterEach(() => stage.close());

  async function atReview() {
    const script = scriptOf([{ id: 'add' }], {
      'work/add': [
        ...call('create_file', { path: '.vscode/tasks.json', content: '{}\n' }),
        ...call('create_file', { path: 'b.txt', content: 'b\n' }),
        ...call('edit_file', { path: 'package.json', old_str: 'true', new_str: 'evil' }),
        ...finish,
      ],
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    const state = await runUntilReview(driver);
    assert.equal(state.status, 'reviewing', state.error?.message);
    return driver;
  }

  it('is marked with what would act on it', async () => {
    const { changes } = (await atReview()).state;
    const marks = Object.fromEntries(
      (changes?.files ?? []).map((each) => [each.path, each.protected]),
    );
    assert.deepEqual(marks, {
      '.vscode/tasks.json': 'editor',
      'b.txt': undefined,
      'package.json': 'scripts',
    });
  });

  it('is refused to an instruction without a yes of its own, and the run goes on', async () => {
    const driver = await atReview();
    const { runId } = driver.state;
    const how = { by: 't', provider: async () => Promise.reject(new Error('not asked')) };
    const accept = { do: 'decide-change', path: 'package.json', decision: 'accepted' } as const;
    const refused = stage.host.instruct(runId, [accept], how);
    await assert.rejects(refused, {
      code: 'wrong-decision',
      message: /package\.json is protected/,
    });
    assert.equal(stage.host.driver(runId), driver, 'the run is still held');
    await stage.host.instruct(runId, [{ ...accept, confirmed: true }], how);
    const file = driver.state.changes?.files.find((each) => each.path === 'package.json');
    assert.deepEqual([file?.confirmed, file?.whole], [true, 'accepted']);
  });

  it('is not accepted, whole or by its hunks, without a yes of its own', async () => {
    const driver = await atReview();
    const file = driver.state.changes?.files.find((each) => each.path === 'package.json');
    const hunks = file?.hunks.map((hunk) => hunk.id) ?? [];
    const decision = 'accepted' as const;
    await assert.rejects(driver.decideChange({ path: 'package.json', decision }, 't'), {
      code: 'protected',
    });
    await assert.rejects(driver.decideChange({ path: 'package.json', hunks, decision }, 't'), {
      code: 'protected',
    });
  });

  it('is written once it was confirmed, and what was not is left out', async () => {
    const driver = await atReview();
    const decision = 'accepted' as const;
    await driver.decideChange({ path: 'b.txt', decision }, 't');
    await driver.decideChange({ path: 'package.json', decision, confirmed: true }, 't');
    await driver.applyAccepted('t');
    assert.equal((await driver.idle()).status, 'completed');
    assert.deepEqual(await stage.files(), {
      'a.txt': 'one\n',
      'b.txt': 'b\n',
      'package.json': manifest({ scripts: { test: 'evil' } }),
    });
  });

  it('needs a new yes against the new base after a conflict, whatever was confirmed before', async () => {
    const driver = await atReview();
    const { runId } = driver.state;
    const path = 'package.json';
    const yes = { path, decision: 'accepted', confirmed: true } as const;
    const fileNow = () => driver.state.changes?.files.find((each) => each.path === path);
    await driver.decideChange(yes, 't');
    await writeFile(join(stage.workspace, path), manifest({ scripts: { test: 'mine' } }));
    await driver.applyAccepted('t');
    assert.equal((await driver.idle()).status, 'reviewing');
    const moved = fileNow();
    assert.ok(moved?.conflict);
    assert.deepEqual([moved.protected, moved.confirmed], ['scripts', undefined]);
    assert.ok(!hasAccepted(moved));
    await assert.rejects(driver.decideChange({ path, decision: 'accepted' }, 't'), {
      code: 'protected',
    });
    await driver.decideChange(yes, 't');
    await driver.applyAccepted('t');
    assert.equal((await driver.idle()).outcome, 'applied');
    assert.equal((await stage.files())[path], manifest({ scripts: { test: 'evil' } }));
    assert.deepEqual(reduceAll(await stage.host.events(runId)), driver.state);

    await driver.revert('t');
    assert.deepEqual(driver.state.reverted, { files: [path], left: [] });
    assert.equal((await stage.files())[path], manifest({ scripts: { test: 'mine' } }));
  });

  it('needs a new yes after it was rejected', async () => {
    const driver = await atReview();
    const path = '.vscode/tasks.json';
    await driver.decideChange({ path, decision: 'accepted', confirmed: true }, 't');
    await driver.decideChange({ path, decision: 'rejected' }, 't');
    await assert.rejects(driver.decideChange({ path, decision: 'accepted' }, 't'), {
      code: 'protected',
    });
  });
});
