/** How this process is known to others that share the database. */
import { readlinkSync } from 'node:fs';
import os from 'node:os';
import process from 'node:process';
import { processStart } from './process-identity.ts';

export type ThisProcess = {
  /** Processes of one host see each other's numbers. */
  host: string;
  pid: number;
  /** Tells it from a later process with its number. */
  start: string;
  /** The same of another process of this host; undefined when it is gone. */
  startOf(pid: number): Promise<string | undefined>;
};

export async function thisProcess(): Promise<ThisProcess> {
  const { pid } = process;
  const start = (await processStart(pid)) ?? 'unknown';
  return { host: hostName(), pid, start, startOf: processStart };
}

/** Containers on one machine may share its name, and count processes for themselves. */
function hostName(): string {
  try {
    return `${os.hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return os.hostname();
  }
}
