/** Tells a process apart from a later one that got its number. */
import { readFile } from 'node:fs/promises';
import { systemCode } from './file-errors.ts';

/** Undefined when no such process runs. Where the system tells no start time, it is the same for all that run. */
export async function processIdentity(pid: number): Promise<string | undefined> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return undefined;
  }
  if (process.platform !== 'linux') return 'running';
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const status = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the start time is the 20th field behind it.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()}:${fields[19] ?? ''}`;
  } catch {
    return 'running';
  }
}
