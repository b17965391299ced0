/** Ends what a process that died has left running. */
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Processes } from '../engine/ports.ts';
import type { ProcessRef } from '../shared/events.ts';
import { endGroup, hasLivingMember } from './process-group.ts';
import { processIdentity } from './process-identity.ts';

const graceMs = 500;
const killedMs = 1000;

export const systemProcesses: Processes = {
  async end(left) {
    if (!(await isStillThere(left))) return;
    await endGroup(left.group, graceMs);
    const deadline = performance.now() + killedMs;
    while ((await hasLivingMember(left.group)) && performance.now() < deadline) await delay(10);
  },
};

/**
 * True only for the very group: its leader started when the log says, or the leader is gone, the
 * machine has not been started anew, and members are left (a number is not given away while it has
 * any). Where the system tells no start time nothing is ended: it could be somebody else's.
 */
async function isStillThere({ group, start }: ProcessRef): Promise<boolean> {
  if (!start.includes(':')) return false;
  const leader = await processIdentity(group);
  if (leader !== undefined) return leader === start;
  const own = await processIdentity(process.pid);
  return (await hasLivingMember(group)) && bootOf(own ?? '') === bootOf(start);
}

function bootOf(identity: string): string {
  return identity.split(':')[0] ?? '';
}
