/** Ends what a process that died has left running. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Processes } from '../engine/ports.ts';
import type { ProcessRef } from '../shared/process-ref.ts';
import { carriesCommandToken } from './command-token.ts';
import { endGroup, hasLivingMember, livingMembers } from './process-group.ts';
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
 * True only for the very group: its leader started when the log says, or the leader is gone and a
 * member has the command's token. The number alone proves nothing: it may have been given to
 * another's group since. Where the system tells too little nothing is ended.
 */
async function isStillThere({ group, start, token }: ProcessRef): Promise<boolean> {
  if (!start.includes(':')) return false;
  const leader = await processIdentity(group);
  if (leader !== undefined) return leader === start;
  if (token === undefined) return false;
  const members = await livingMembers(group);
  const proofs = await Promise.all(members.map((pid) => carriesCommandToken(pid, token)));
  return proofs.includes(true);
}
