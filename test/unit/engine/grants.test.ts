/** Standing yeses of a run: given for a beginning of commands, shown in the state, taken back. */
import assert from 'node:assert/strict';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import { openApprovals, type RunState } from '../../../src/shared/run-state.ts';
import { call, finish, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, type Stage } from '../../support/runs/scripted-run.ts';

describe('a standing yes', function () {
  this.timeout(60_000);
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage({ files: { 'a.txt': 'one\n' } });
  });
  afterEach(() => stage.close());

  const run = (command: string) => call('run_command', { command });

  /** Goes on to the next command that asks; undefined when none does. */
  async function nextAsked(driver: RunDriver): Promise<RunState['approvals'][number] | undefined> {
    for (;;) {
      const [open] = openApprovals(await driver.idle());
      if (open?.kind !== 'plan') return open;
      const { approvalId, hash = '' } = open;
      await driver.decide(approvalId, { decision: 'approve', hash }, 't');
    }
  }

  it('for a beginning covers what begins so and nothing else, until it is taken back', async () => {
    const commands = ['make all', 'make all FAST', 'make clean', 'make all', 'make all'];
    const script = scriptOf([{ id: 'a' }], { 'work/a': [...commands.flatMap(run), ...finish] });
    const driver = await stage.host.start('Do it', stage.provider(script));
    driver.start();

    const first = await nextAsked(driver);
    assert.equal(first?.prefix, 'make all');
    const grant = first?.approvalId ?? ('' as never);
    const broader = { decision: 'allow-run', prefix: 'make' } as const;
    await assert.rejects(driver.decide(grant, broader, 't'), { code: 'wrong-decision' });
    await driver.decide(grant, { decision: 'allow-run', prefix: 'make all' }, 't');

    const second = await nextAsked(driver);
    assert.equal(second?.command, 'make clean', 'what the rule covers did not ask');
    assert.deepEqual(
      driver.state.grants.map((each) => [each.prefix, each.by]),
      [['make all', 't']],
    );
    const { host: elsewhere } = await stage.another();
    const provider = async () => stage.provider(script);
    const revoke = { do: 'revoke-grant', grant } as const;
    const { runId } = driver.state;
    await elsewhere.instruct(runId, [revoke], { by: 'another window', provider });
    await driver.decide(second?.approvalId ?? ('' as never), { decision: 'deny' }, 't');
    const third = await nextAsked(driver);
    assert.equal(third?.command, 'make all');
    assert.deepEqual(driver.state.grants, []);
    await assert.rejects(driver.revokeGrant(grant, 't'), { code: 'wrong-decision' });
  });

  it('for every command does not cover one that asks each time', async () => {
    const commands = ['make', 'make clean', 'npm install left-pad'];
    const script = scriptOf([{ id: 'a' }], { 'work/a': [...commands.flatMap(run), ...finish] });
    const driver = await stage.host.start('Do it', stage.provider(script));
    driver.start();
    const first = await nextAsked(driver);
    await driver.decide(first?.approvalId ?? ('' as never), { decision: 'allow-run' }, 't');
    const install = await nextAsked(driver);
    assert.equal(install?.command, 'npm install left-pad');
    assert.deepEqual([install?.always, install?.hosts], [true, ['registry.npmjs.org']]);
    await assert.rejects(
      driver.decide(install?.approvalId ?? ('' as never), { decision: 'allow-run' }, 't'),
      { code: 'wrong-decision' },
    );
  });
});
