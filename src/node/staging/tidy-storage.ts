/** Keeps what staging stores within bounds: sweeps what crashes left, and lets go of old runs. */
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { RunId } from '../../shared/ids.ts';
import { openShadowGit } from '../git/shadow-git.ts';
import { removeTree } from './clean-lane.ts';
import { collectObjects } from './collect-objects.ts';
import { measureStorage } from './measure-storage.ts';
import { endLeftSetUps } from './set-up-record.ts';

export type StoredRun = {
  runId: RunId;
  startedAt: string;
  /** A process works on it, so nothing of it is touched. */
  busy: boolean;
  /** Nobody will go on with it. */
  ended: boolean;
};

export type TidyRequest = {
  /** The workspace's state folder. */
  folder: string;
  runs: readonly StoredRun[];
  capBytes: number;
  now: Date;
};

const keptDays = 30;
const dayMs = 24 * 60 * 60 * 1000;

/** @returns the runs whose staged states are gone */
export async function tidyStorage(request: TidyRequest, signal: AbortSignal): Promise<string[]> {
  const { folder, runs, capBytes, now } = request;
  const known = new Map<string, StoredRun>(runs.map((run) => [run.runId, run]));
  await sweep(request, known, signal);
  const stored = (await namesIn(path.join(folder, 'staging'))).filter(
    (name) => !name.startsWith('.'),
  );
  const age = (name: string) => now.getTime() - Date.parse(known.get(name)?.startedAt ?? '');
  const free: string[] = [];
  for (const name of stored) {
    const run = known.get(name);
    const isFree =
      run === undefined
        ? await isOld(path.join(folder, 'staging', name), now)
        : run.ended && !run.busy;
    if (isFree) free.push(name);
  }
  // Run ids begin with their time.
  free.sort();
  const dropped = free.filter((name) => !known.has(name) || age(name) > keptDays * dayMs);
  await drop(request, dropped, signal);
  let left = free.filter((name) => !dropped.includes(name));
  while ((await measureStorage(folder, signal)).total > capBytes) {
    await removeTree(path.join(folder, 'lanes', '.pool'));
    await removeTree(path.join(folder, 'staging', '.pool'));
    if (left.length === 0) break;
    const half = left.slice(0, Math.ceil(left.length / 2));
    await drop(request, half, signal);
    dropped.push(...half);
    left = left.slice(half.length);
  }
  return dropped;
}

/** Working copies and drafts of runs that no process works on: a run that goes on makes them anew. */
async function sweep(
  { folder, now }: TidyRequest,
  known: ReadonlyMap<string, StoredRun>,
  signal: AbortSignal,
): Promise<void> {
  const isFree = async (place: string, name: string) => {
    const run = known.get(name);
    return run === undefined ? isOld(path.join(place, name), now) : !run.busy;
  };
  const lanes = path.join(folder, 'lanes');
  for (const name of await namesIn(lanes)) {
    signal.throwIfAborted();
    if (name !== '.pool' && (await isFree(lanes, name))) await removeTree(path.join(lanes, name));
  }
  const staging = path.join(folder, 'staging');
  for (const name of await namesIn(staging)) {
    if (name.startsWith('.') || !(await isFree(staging, name))) continue;
    await endLeftSetUps(path.join(staging, name));
    for (const left of await namesIn(path.join(staging, name))) {
      const isDraft = /^(?:indexes|private|set-ups|snapshot-.*|merge-.*|exclude-.*)$/.test(left);
      if (isDraft) await removeTree(path.join(staging, name, left));
    }
  }
  for (const name of await namesIn(folder)) {
    const draft = path.join(folder, name);
    if (name.startsWith('.shadow-') && (await isOld(draft, now))) await removeTree(draft);
  }
}

async function drop(
  { folder, now }: TidyRequest,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (names.length === 0) return;
  const staging = path.join(folder, 'staging');
  for (const name of names) {
    await rm(path.join(staging, name), { recursive: true, force: true });
    await removeTree(path.join(folder, 'quarantine', name));
  }
  const rest = (await namesIn(staging)).filter((name) => name !== '.pool');
  const shadow = await openShadowGit(path.join(folder, 'shadow.git'));
  const kept = rest.map((name) => path.join(staging, name));
  await collectObjects({ shadow, kept, now }, signal);
}

/** A folder without a known run may belong to one that begins at this moment. */
async function isOld(target: string, now: Date): Promise<boolean> {
  const found = await stat(target).catch(() => undefined);
  return found !== undefined && now.getTime() - found.mtimeMs > dayMs;
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
