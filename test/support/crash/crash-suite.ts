/** Runs crash points, several at a time, against the run that was never killed, and adds up what came of them. */
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { buildShipped } from '../build-shipped.ts';
import { type CrashReport, checkCrash, type Expected } from './check-crash.ts';
import type { CrashPoint } from './crash-points.ts';
import { type CrashOutcome, crashRun } from './crash-run.ts';
import type { Kill } from './crash-stage.ts';
import type { CrashSize } from './crash-tasks.ts';

export type PointResult = CrashReport & { point: CrashPoint; kills: number; ms: number };

export type Totals = {
  points: number;
  kills: number;
  /** Kills while at least three requests or commands were in flight. */
  busyKills: number;
  mostInFlight: number;
  commandsInFlight: number;
  repeatedByServer: number;
  repeatedShown: number;
  neverArrived: number;
  failed: number;
};

export type CrashSuite = {
  /** Where the folders of the runs are. */
  base: string;
  /** Events of the run that was never killed. */
  events: number;
  reference: CrashReport;
  runPoint(point: CrashPoint): Promise<PointResult>;
  close(): Promise<void>;
};

/** A machine that does much else beside takes its time; one that stands still is noticed all the same. */
const limitMs = 300_000;
const busy = 3;

/**
 * Plays the run once without a kill.
 * @param keep leaves the folders of all runs, to look into them
 */
export async function openCrashSuite(
  { size, keep = false }: { size: CrashSize; keep?: boolean },
  signal: AbortSignal,
): Promise<CrashSuite> {
  const base = await mkdtemp(path.join(await quickFolder(), 'muster-crash-suite-'));
  const program = await buildProgram(base);
  const play = (kills: readonly Kill[]): Promise<CrashOutcome> =>
    crashRun({ size, program, base, kills, limitMs, keep }, signal);
  const close = async () => {
    if (!keep) await rm(base, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  };
  const never = await play([]).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const expected: Expected = { tree: never.tree, workspace: never.workspace };
  const reference = checkCrash(never);
  return {
    base,
    events: never.events.length,
    reference,
    async runPoint(point) {
      const began = performance.now();
      const outcome = await play(point.kills);
      const report = checkCrash(outcome, expected);
      const kills = outcome.lives.filter((life) => life.killed).length;
      return { ...report, point, kills, ms: Math.round(performance.now() - began) };
    },
    close,
  };
}

/** @param onResult called as each point is done, in the order in which they end */
export async function runPoints(
  suite: CrashSuite,
  points: readonly CrashPoint[],
  options: { jobs: number; onResult(result: PointResult): void },
): Promise<Totals> {
  const results: PointResult[] = [];
  const waiting = [...points];
  const work = async () => {
    for (let point = waiting.shift(); point; point = waiting.shift()) {
      const result = await suite.runPoint(point);
      results.push(result);
      options.onResult(result);
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return totalsOf(results);
}

function totalsOf(results: readonly PointResult[]): Totals {
  const sum = (count: (result: PointResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  const flights = results.flatMap((result) => result.inFlight);
  return {
    points: results.length,
    kills: sum((result) => result.kills),
    busyKills: flights.filter((each) => each.requests + each.commands >= busy).length,
    mostInFlight: Math.max(0, ...flights.map((each) => each.requests + each.commands)),
    commandsInFlight: flights.reduce((total, each) => total + each.commands, 0),
    repeatedByServer: sum((result) => result.repeatedByServer),
    repeatedShown: sum((result) => result.repeatedShown),
    neverArrived: sum((result) => result.neverArrived),
    failed: results.filter((result) => result.problems.length > 0).length,
  };
}

export function describeResult(result: PointResult): string {
  const { point, inFlight, repeatedByServer, repeatedShown, ms, problems } = result;
  const kills = point.kills.map((kill) => `${kill.at}+${kill.operations}`).join(', ');
  const flight = inFlight.map((each) => `${each.requests}r ${each.commands}c`).join(', ');
  const verdict = problems.length === 0 ? 'ok' : `${problems.length} problems`;
  const line = `#${point.number} killed at ${kills}; in flight ${flight || 'nothing'}; repeated ${repeatedByServer} of ${repeatedShown} shown; ${ms} ms; ${verdict}`;
  return [line, ...problems.map((problem) => `    ${problem}`)].join('\n');
}

/** A suite takes long: every life is to run the same program, whatever is edited meanwhile. */
async function buildProgram(base: string): Promise<string> {
  const folder = path.join(base, 'program');
  await mkdir(folder);
  return path.join(await buildShipped(folder), 'cli.js');
}

/** Memory where there is some: SIGKILL loses nothing that was written, whatever it was written to. */
async function quickFolder(): Promise<string> {
  if (process.platform !== 'linux') return os.tmpdir();
  const memory = await statfs('/dev/shm').catch(() => undefined);
  const roomy = memory !== undefined && memory.bavail * memory.bsize > 512 * 1024 * 1024;
  return roomy ? '/dev/shm' : os.tmpdir();
}
