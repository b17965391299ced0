/** The demo from the request to applied files, on every real part but the model. */
import assert from 'node:assert/strict';
import { afterEach, describe, it } from 'mocha';
import { demoScript } from '../../../../src/node/demo/demo-script.ts';
import { demoTask } from '../../../../src/node/demo/sample-workspace.ts';
import {
  acceptAllAndApply,
  openStage,
  runUntilReview,
  type Stage,
} from '../../../support/runs/scripted-run.ts';
import { filesOf, run, sampleFolder } from './sample-folder.ts';

describe('The demo', () => {
  let stage: Stage | undefined;

  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });

  it('runs to files whose tests pass, with one task sent back on the way', async () => {
    const before = await filesOf(sampleFolder);
    stage = await openStage({ files: before });
    const driver = await stage.host.start(demoTask, stage.provider(demoScript));
    const reviewing = await runUntilReview(driver);
    assert.equal(reviewing.status, 'reviewing', reviewing.error?.message);
    assert.deepEqual(await stage.files(), before);
    assert.equal(reviewing.retries, 1);
    assert.deepEqual(
      reviewing.tasks.map(({ status, conflicts }) => `${status} ${conflicts}`),
      reviewing.tasks.map(() => 'done 0'),
    );
    // Only the commands that show what is broken may fail.
    const failed = reviewing.conversations.flatMap((each) =>
      each.turns.flatMap((turn) => turn.calls.filter((call) => call.status === 'error')),
    );
    assert.deepEqual([...new Set(failed.map((call) => call.name))], ['run_command']);
    const kinds = new Set(reviewing.changes?.files.map((file) => file.status));
    assert.deepEqual([...kinds].sort(), ['added', 'deleted', 'modified']);

    const { status, outcome } = await acceptAllAndApply(driver);
    assert.deepEqual([status, outcome], ['completed', 'applied']);
    const { ok, output } = await run(stage.workspace, 'node --test');
    assert.ok(ok, output);
  }).timeout(60_000);

  it('plays the same plan again when changes are asked for', async () => {
    stage = await openStage({ files: await filesOf(sampleFolder) });
    const driver = await stage.host.start(demoTask, stage.provider(demoScript));
    driver.start();
    for (const version of [1, 2, 3]) {
      const { status, plan, approvals } = await driver.idle();
      assert.deepEqual([status, plan?.version], ['awaiting-approval', version]);
      const open = approvals.find((each) => each.decided === undefined);
      assert.ok(open);
      const decision = { decision: 'request-changes', feedback: 'Fewer tasks.' } as const;
      await driver.decide(open.approvalId, decision, 'test');
    }
    assert.equal((await driver.idle()).plan?.version, 4);
  }).timeout(60_000);
});
