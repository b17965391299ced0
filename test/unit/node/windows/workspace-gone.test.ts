/** A workspace folder that is gone, or another in its place: said clearly, nothing made or overwritten, and other runs go on. */
import assert from 'node:assert/strict';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { RunDriver } from '../../../../src/engine/run/run-driver.ts';
import { openApprovals } from '../../../../src/shared/run-state.ts';
import { creates, scriptOf } from '../../../support/runs/script-parts.ts';
import { openStage, runUntilReview, type Stage } from '../../../support/runs/scripted-run.ts';

const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
const accepted = { do: 'decide-change', path: 'b.txt', decision: 'accepted' } as const;

describe('a workspace folder that is gone', function () {
  this.timeout(30_000);
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
  });
  afterEach(() => stage.close());

  const how = () => ({ by: 'me', provider: async () => stage.provider(script) });
  const away = () => `${stage.workspace}-away`;
  const begin = async (): Promise<RunDriver> => {
    const driver = await stage.host.start('Do it', stage.provider(script));
    driver.start();
    await driver.idle();
    return driver;
  };

  it('lets no run begin or go on, and the run waits unharmed until it is back', async () => {
    const driver = await begin();
    const { runId } = driver.state;
    await stage.host.rest(runId);
    await rename(stage.workspace, away());
    const gone = { code: 'no-folder', message: /is not there.*Nothing was changed/ };
    const [open] = openApprovals(driver.state);
    assert.ok(open);
    const { approvalId, hash = '' } = open;
    const approve = { do: 'decide', approvalId, decision: { decision: 'approve', hash } } as const;
    await assert.rejects(stage.host.instruct(runId, [approve], how()), gone);
    await assert.rejects(stage.host.resume(runId, stage.provider(script)), gone);
    await assert.rejects(stage.host.start('More', stage.provider(script)), gone);
    assert.deepEqual(
      (await stage.host.list()).map(({ status }) => status),
      ['awaiting-approval'],
    );
    await assert.rejects(readdir(stage.workspace), { code: 'ENOENT' });
    await rename(away(), stage.workspace);
    const taken = await stage.host.instruct(runId, [approve], how());
    assert.ok(taken);
    assert.equal((await runUntilReview(taken)).status, 'reviewing');
  });

  it('takes no apply, is not made anew, and takes it when it is back', async () => {
    const driver = await begin();
    const { runId } = driver.state;
    await runUntilReview(driver);
    await stage.host.instruct(runId, [accepted], how());
    await rename(stage.workspace, away());
    await driver.applyAccepted('me');
    const refused = await driver.idle();
    assert.equal(refused.status, 'reviewing');
    assert.match(
      refused.refusal ?? '',
      /folder is gone. Nothing was applied; the changes are kept/,
    );
    await assert.rejects(readdir(stage.workspace), { code: 'ENOENT' });
    await rename(away(), stage.workspace);
    await stage.host.release(runId);
    const again = await stage.host.resume(runId, stage.provider(script));
    again.start();
    await again.applyAccepted('me');
    assert.equal((await again.idle()).outcome, 'applied');
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\n', 'b.txt': 'b\n' });
  });

  it('with another folder in its place keeps what is in that one', async () => {
    const edits = scriptOf([{ id: 'edit' }], { 'work/edit': creates('c.txt', 'mine\n') });
    const driver = await stage.host.start('Do it', stage.provider(edits));
    await runUntilReview(driver);
    await rename(stage.workspace, away());
    await mkdir(stage.workspace);
    await writeFile(path.join(stage.workspace, 'c.txt'), 'theirs\n');
    await driver.decideChange({ path: 'c.txt', decision: 'accepted' }, 'me');
    await driver.applyAccepted('me');
    const refused = await driver.idle();
    assert.equal(refused.refused?.[0]?.path, 'c.txt');
    assert.deepEqual(await stage.files(), { 'c.txt': 'theirs\n' });
    await rm(stage.workspace, { recursive: true });
  });
});
