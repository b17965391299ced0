/** Two windows on a run that was applied: either takes it back, once, by the lease. */
import assert from 'node:assert/strict';
import { readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { RunDriver } from '../../../../src/engine/run/run-driver.ts';
import type { RunHost } from '../../../../src/node/run-host.ts';
import { isMusterError } from '../../../../src/shared/muster-error.ts';
import { creates, scriptOf } from '../../../support/runs/script-parts.ts';
import {
  acceptAllAndApply,
  openStage,
  runUntilReview,
  type Stage,
} from '../../../support/runs/scripted-run.ts';

const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });

describe('two windows on a run that was applied', function () {
  this.timeout(30_000);
  let stage: Stage;
  let other: RunHost;
  let driver: RunDriver;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
    other = (await stage.another()).host;
    driver = await stage.host.start('Do it', stage.provider(script));
    await runUntilReview(driver);
    assert.equal((await acceptAllAndApply(driver)).outcome, 'applied');
  });
  afterEach(() => stage.close());

  const revert = (host: RunHost, by: string) =>
    host.instruct(driver.state.runId, [{ do: 'revert' }], {
      by,
      provider: async () => stage.provider(script),
    });
  const told = async () =>
    (await stage.host.events(driver.state.runId)).filter(({ type }) => type === 'change:reverted');

  it('revert it from the one that did not execute it, once that let go of it', async () => {
    const { runId } = driver.state;
    await stage.host.rest(runId);
    assert.deepEqual(await stage.host.leaseOf(runId), { is: 'free' });
    const taken = await revert(other, 'the other');
    assert.ok(taken);
    assert.deepEqual(taken.state.reverted, { files: ['b.txt'], left: [] });
    assert.equal((await stage.host.leaseOf(runId)).is, 'held');
    taken.start();
    await taken.idle();
    await other.rest(runId);
    assert.deepEqual(await stage.host.leaseOf(runId), { is: 'free' });
    assert.equal((await stage.host.state(runId)).status, 'completed');
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\n' });
  });

  it('revert it in the one that still has it open, whoever asks', async () => {
    assert.equal(await revert(other, 'the other'), undefined);
    assert.deepEqual(driver.state.reverted?.files, ['b.txt']);
    const [event] = await told();
    assert.equal(event?.type === 'change:reverted' && event.by, 'the other');
  });

  it('revert it once when both ask at the same time', async () => {
    await stage.host.release(driver.state.runId);
    const asked = await Promise.allSettled([revert(stage.host, 'one'), revert(other, 'two')]);
    const refused = asked.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    assert.equal(refused.length, 1);
    assert.match(refused[0].userMessage, /was reverted already/);
    assert.equal((await told()).length, 1);
  });

  it('are told why it cannot be reverted, and may ask again once that is mended', async () => {
    const applies = path.join(stage.host.stateFolder, 'applies');
    const [id = ''] = await readdir(applies);
    await rename(path.join(applies, id), path.join(stage.root, 'aside'));
    await assert.rejects(revert(other, 'o'), (error) => {
      return isMusterError(error) && /is no longer kept/.test(error.userMessage);
    });
    assert.equal(driver.state.reverted, undefined);
    assert.equal((await stage.files())['b.txt'], 'b\n');
    await rename(path.join(stage.root, 'aside'), path.join(applies, id));
    await revert(other, 'o');
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\n' });
  });

  it('revert before they are closed what they were asked to', async () => {
    await writeFile(path.join(stage.workspace, 'c.txt'), 'mine\n');
    const asked = revert(stage.host, 'me');
    await asked;
    await stage.host.close();
    assert.equal((await told()).length, 1);
    assert.deepEqual(await stage.files(), { 'a.txt': 'one\n', 'c.txt': 'mine\n' });
  });
});
