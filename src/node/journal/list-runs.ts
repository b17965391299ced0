/** A cheap look at the runs of a workspace. Loads neither schemas nor whole logs: it runs when the editor starts. */
import { open, readdir, readFile } from 'node:fs/promises';
import type { RunStatus } from '../../shared/events.ts';
import type { RunId } from '../../shared/ids.ts';
import type { RunSummary } from '../../shared/protocol.ts';
import { runFiles, runsFolder } from './run-files.ts';
import { isHeld } from './run-lock.ts';

export type ListedRun = Omit<RunSummary, 'status'> & {
  /** `unknown` when a crash came before the run's first summary. */
  status: RunStatus | 'unknown';
};

/** Newest first. A run whose first record cannot be read is left out. */
export async function listRuns(stateFolder: string): Promise<ListedRun[]> {
  const entries = await readdir(runsFolder(stateFolder), { withFileTypes: true }).catch(() => []);
  const looks = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => lookAt(stateFolder, entry.name as RunId));
  const runs = (await Promise.all(looks)).filter((run) => run !== undefined);
  return runs.sort((left, right) => (left.startedAt < right.startedAt ? 1 : -1));
}

/** Whether a living process is executing the run. */
export function isRunHeld(stateFolder: string, runId: RunId): Promise<boolean> {
  return isHeld(runFiles(stateFolder, runId).holders);
}

async function lookAt(stateFolder: string, runId: RunId): Promise<ListedRun | undefined> {
  const files = runFiles(stateFolder, runId);
  const summary = parseSummary(await readFile(files.summary, 'utf8').catch(() => ''));
  if (summary?.runId === runId) return summary;
  const first = await firstRecord(files.log);
  if (typeof first?.request !== 'string' || typeof first.at !== 'string') return undefined;
  const { request, at: startedAt } = first;
  return { runId, request, startedAt, status: 'unknown', waiting: false };
}

function parseSummary(text: string): ListedRun | undefined {
  const value = parseObject(text);
  const fits =
    typeof value?.runId === 'string' &&
    typeof value.request === 'string' &&
    typeof value.status === 'string' &&
    typeof value.startedAt === 'string' &&
    typeof value.waiting === 'boolean';
  return fits ? (value as ListedRun) : undefined;
}

async function firstRecord(log: string): Promise<Record<string, unknown> | undefined> {
  const handle = await open(log, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    for await (const line of handle.readLines({ autoClose: false })) return parseObject(line);
    return undefined;
  } catch {
    return undefined;
  } finally {
    await handle.close();
  }
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
