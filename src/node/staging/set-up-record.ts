/** Keeps which set-up commands of a run's lanes are running, so that what a crash leaves of them is ended. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ProcessRef } from '../../shared/process-ref.ts';
import { systemProcesses } from '../system-processes.ts';

/** A folder of the run's scratch files, with one file for each. */
const folderName = 'set-ups';

/** Written before the command does anything. */
export async function recordSetUp(
  scratch: string,
  lane: string,
  process: ProcessRef,
): Promise<void> {
  const folder = path.join(scratch, folderName);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path.join(folder, lane), JSON.stringify(process), { mode: 0o600 });
}

export async function forgetSetUp(scratch: string, lane: string): Promise<void> {
  await rm(path.join(scratch, folderName, lane), { force: true });
}

/** Of processes before this one; only for who holds the run, before it begins a set-up of its own. */
export async function endLeftSetUps(scratch: string): Promise<void> {
  const folder = path.join(scratch, folderName);
  for (const lane of await readdir(folder).catch(() => [])) {
    const left = parse(await readFile(path.join(folder, lane), 'utf8').catch(() => ''));
    if (left !== undefined) await systemProcesses.end(left);
    await forgetSetUp(scratch, lane);
  }
}

/** Undefined where a crash cut the writing: then the command had not begun. */
function parse(text: string): ProcessRef | undefined {
  try {
    return ProcessRef.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
