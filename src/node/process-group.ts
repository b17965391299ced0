/** Ends a process and everything it started, as one group, politely first. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { systemCode } from './file-errors.ts';

/** True while the group led by `pid` has a member. */
export function isGroupAlive(pid: number): boolean {
  if (process.platform === 'win32') return false;
  try {
    process.kill(-pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/**
 * As `isGroupAlive`, but a member that has ended and was not collected by its parent does not count:
 * a first process that collects late would keep a group alive for seconds.
 */
export async function hasLivingMember(group: number): Promise<boolean> {
  if (!isGroupAlive(group)) return false;
  return process.platform !== 'linux' || (await livingMembers(group)).length > 0;
}

/** Where the system lists them, which is on Linux. */
export async function livingMembers(group: number): Promise<number[]> {
  const members: number[] = [];
  const names = await readdir('/proc').catch(() => []);
  for (const name of names.filter((each) => /^\d+$/.test(each))) {
    const status = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [state, , member] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    if (Number(member) === group && state !== 'Z' && state !== 'X') members.push(Number(name));
  }
  return members;
}

/** Asks the group to end, and after `graceMs` makes it. Resolves when it is gone or was made to. */
export async function endGroup(pid: number, graceMs: number): Promise<void> {
  if (process.platform === 'win32') return endTree(pid);
  signalGroup(pid, 'SIGTERM');
  const deadline = performance.now() + graceMs;
  while (isGroupAlive(pid)) {
    if (performance.now() >= deadline) {
      signalGroup(pid, 'SIGKILL');
      return;
    }
    await delay(20);
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // The group may have ended by itself a moment ago.
    if (systemCode(error) !== 'ESRCH') throw error;
  }
}

function endTree(pid: number): Promise<void> {
  return new Promise((resolve) => {
    execFile('taskkill', ['/PID', String(pid), '/T', '/F'], { windowsHide: true }, () => resolve());
  });
}
