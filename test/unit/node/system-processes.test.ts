/** Ends what a dead process left running, and never anything else. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { newCommandToken, withCommandToken } from '../../../src/node/command-token.ts';
import { hasLivingMember, isGroupAlive } from '../../../src/node/process-group.ts';
import { processIdentity } from '../../../src/node/process-identity.ts';
import { systemProcesses } from '../../../src/node/system-processes.ts';

describe('what is left of a process group', () => {
  const started: number[] = [];
  const start = (line: string, token = newCommandToken()) => {
    const child = spawn('/bin/sh', ['-c', line], {
      detached: true,
      env: withCommandToken({ PATH: process.env.PATH ?? '' }, token),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    assert.ok(child.pid !== undefined);
    started.push(child.pid);
    return { child, group: child.pid, exited: once(child, 'exit') };
  };
  beforeEach(function () {
    if (process.platform !== 'linux') this.skip();
  });
  afterEach(() => {
    for (const group of started.splice(0)) if (isGroupAlive(group)) process.kill(-group, 'SIGKILL');
  });

  it('is ended, also when it does not listen to SIGTERM', async () => {
    const { group, child } = start("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    await once(child.stdout, 'data');
    const identity = await processIdentity(group);
    await systemProcesses.end({ group, start: identity ?? '' });
    assert.equal(await hasLivingMember(group), false);
  });

  const withoutLeader = 'sleep 60 & read -r _ < /dev/null; sleep 0.2';

  it('is ended when its leader is gone and a member goes on', async () => {
    const token = newCommandToken();
    const { group, exited } = start(withoutLeader, token);
    const identity = await processIdentity(group);
    await exited;
    assert.equal(await hasLivingMember(group), true);
    await systemProcesses.end({ group, start: identity ?? '', token });
    assert.equal(await hasLivingMember(group), false);
  });

  it("is left alone when its leader is gone and no member has the command's token", async () => {
    const { group, exited } = start(withoutLeader);
    const identity = (await processIdentity(group)) ?? '';
    await exited;
    await systemProcesses.end({ group, start: identity, token: newCommandToken() });
    // As logs have it that were written before there were tokens.
    await systemProcesses.end({ group, start: identity });
    assert.equal(await hasLivingMember(group), true);
  });

  it('is left alone when the number belongs to another by now', async () => {
    const { group } = start('sleep 60');
    const identity = (await processIdentity(group)) ?? '';
    await systemProcesses.end({ group, start: `${identity}0` });
    await systemProcesses.end({ group, start: 'running' });
    assert.equal(await hasLivingMember(group), true);
  });
});
