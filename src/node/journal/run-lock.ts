/** Lets one process at a time write a run, and takes over from one that died. */
import { randomInt, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { MusterError } from '../../shared/muster-error.ts';
import { replaceFile } from './durable-file.ts';
import { processStart } from './process-identity.ts';

type Holder = { pid: number; start: string };

export type RunLock = { release(): Promise<void> };

const tries = 5;

/**
 * Each contender first puts down a file of its own and then looks for others: of two that come at
 * once at least one sees the other and steps back, so that there are never two holders.
 * @throws MusterError `in-use` when a living process holds the run
 */
export async function lockRun(holders: string): Promise<RunLock> {
  await mkdir(holders, { recursive: true, mode: 0o700 });
  const name = `${process.pid}-${randomUUID()}.json`;
  const own = path.join(holders, name);
  const start = (await processStart(process.pid)) ?? 'unknown';
  const holder: Holder = { pid: process.pid, start };
  for (let attempt = 1; ; attempt += 1) {
    await replaceFile(own, JSON.stringify(holder));
    const other = await livingHolder(holders, name);
    if (other === undefined) return { release: () => rm(own, { force: true }) };
    await rm(own, { force: true });
    if (attempt === tries) throw inUse(other.pid);
    await pause(randomInt(5, 25));
  }
}

/** Whether a living process holds the run now. */
export async function isHeld(holders: string): Promise<boolean> {
  return (await livingHolder(holders)) !== undefined;
}

/** Removes what dead processes left behind on the way. */
async function livingHolder(holders: string, except?: string): Promise<Holder | undefined> {
  const names = await readdir(holders).catch(() => []);
  for (const name of names) {
    if (name === except || !name.endsWith('.json') || name.startsWith('.')) continue;
    const file = path.join(holders, name);
    const holder = await readHolder(file);
    if (holder === 'gone') continue;
    if (holder !== 'garbled' && (await processStart(holder.pid)) === holder.start) return holder;
    await rm(file, { force: true });
  }
  return undefined;
}

async function readHolder(file: string): Promise<Holder | 'gone' | 'garbled'> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return 'gone';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return 'garbled';
    if (!('pid' in value) || !('start' in value)) return 'garbled';
    const { pid, start } = value;
    return typeof pid === 'number' && typeof start === 'string' ? { pid, start } : 'garbled';
  } catch {
    return 'garbled';
  }
}

function inUse(pid: number): MusterError {
  return new MusterError(
    'in-use',
    `This run is being executed by another window or command line (process ${pid}). Nothing was changed. Go on there, or close it and try again.`,
  );
}
