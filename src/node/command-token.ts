/** A word that only one command and what it started have in their environment: by it they are known after a restart. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const variable = 'MUSTER_COMMAND';

export function newCommandToken(): string {
  return randomUUID();
}

export function withCommandToken(
  environment: Readonly<Record<string, string>>,
  token: string,
): Record<string, string> {
  return { ...environment, [variable]: token };
}

/** False also for a process that is gone, or that may not be looked into. */
export async function carriesCommandToken(pid: number, token: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').includes(`${variable}=${token}`);
}
