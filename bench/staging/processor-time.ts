/** What this process and the children it has waited for took of the processors. */
import { readFile } from 'node:fs/promises';

/** What Linux counts in its files of processes. */
const ticksPerSecond = 100;

/** Milliseconds, in steps of ten: to be summed over many rounds. Undefined where the system does not tell. */
export async function processorTime(): Promise<number | undefined> {
  const text = await readFile('/proc/self/stat', 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  // After the name, which may hold anything: own user and system time, and that of the children.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return (ticks / ticksPerSecond) * 1000;
}
