/** A run from request to applied diffs, on real parts, with a scripted model. */
import assert from 'node:assert/strict';
import { acceptAllAndApply, openStage, runUntilReview, type Stage, type StageOptions } from '../../support/runs/scripted-run.ts';
import { call, complex, creates, finish, plan, scriptOf, team } from '../../support/runs/script-parts.ts';

describe('a run', () => {
  let stage: Stage;
  const open = async (options: StageOptions) => {
    stage = await openStage(options);
    return stage;
  };
  afterEach(() => stage.close());
  afterEach(function () { if (this.currentTest?.state === "failed") console.log(stage.events.map((e) => `${e.seq} ${e.at.slice(17)} ${e.type} ${JSON.stringify(e).slice(90, 260)}`).join("\n")); });

  it('plans, musters, works, reviews, and applies what was accepted', async () => {
    await open({ files: { 'a.txt': 'one\ntwo\nthree\n', 'old.txt': 'gone\n' } });
    const script = scriptOf([{ id: 'edit' }, { id: 'add' }, { id: 'drop', after: ['edit'] }], {
      'work/edit': [
        ...call('edit_file', { path: 'a.txt', old_str: 'two', new_str: 'TWO' }),
        ...finish,
      ],
      'work/add': creates('sub/new.txt', 'new\n'),
      'work/drop': [...call('delete_file', { path: 'old.txt' }), ...finish],
    });
    const driver = await stage.host.start('Do it', stage.provider(script));
    const state = await runUntilReview(driver);
    assert.equal(state.status, 'reviewing', state.error?.message);
    assert.deepEqual(
      state.changes?.files.map((file) => [file.path, file.status]),
      [['a.txt', 'modified'], ['old.txt', 'deleted'], ['sub/new.txt', 'added']],
    );
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\ntwo\nthree\n', 'old.txt': 'gone\n' });
    const done = await acceptAllAndApply(driver);
    assert.equal(done.status, 'completed', JSON.stringify(done.refused));
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\nTWO\nthree\n', 'sub/new.txt': 'new\n' });
    assert.equal(done.totals?.tasks.done, 3);
  });

  void [complex, plan, team];
});
