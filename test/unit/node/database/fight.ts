/**
 * Two processes on one database fight for many runs, and one of them is killed in the middle.
 * Run by itself it takes the number of runs: `node test/unit/node/database/fight.ts 200`.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { databaseFile } from '../../../../src/node/database/database-files.ts';
import { type Database, openDatabase } from '../../../../src/node/database/open-database.ts';
import { RunId } from '../../../../src/shared/ids.ts';

export type Fight = { runs: number; takenOver: number; events: number; ms: number };

const steps = 12;
const limits = { maxAttempts: 3, maxTasks: 50, approvalHours: 24 };
const models = { smart: 'm', balanced: 'm', fast: 'm' };
const contender = fileURLToPath(new URL('contender.ts', import.meta.url));

/** @throws AssertionError when a run was lost, done twice, or had two owners at a time */
export async function fight(runs: number): Promise<Fight> {
  const began = performance.now();
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'muster-fight-')));
  const children: ChildProcess[] = [];
  try {
    const diary = path.join(folder, 'diary');
    await writeFile(diary, '');
    const database = await openDatabase(folder, { clock: { now: () => new Date() } });
    const ids = await prepare(database, runs);
    const start = (name: string, stopRun = 0) => {
      const args = [contender, folder, name, String(steps), diary, String(stopRun)];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
      children.push(child);
      return child;
    };
    const victim = start('victim', Math.ceil((Math.random() * runs) / 10));
    await diarySays(diary, victim, ({ begun }) => begun > 0);
    const survivor = start('survivor');
    const ended = once(survivor, 'exit');
    await diarySays(diary, survivor, ({ waits, done }) => waits && done >= runs / 2);
    await appendFile(diary, 'kills\n');
    victim.kill('SIGKILL');
    assert.deepEqual(await ended, [0, null]);
    const takenOver = await checkRuns(database, ids);
    await database.close();
    assert.equal(readDiary(await readFile(diary, 'utf8')).owners.size, 0);
    return { runs, takenOver, events: checkFile(folder), ms: performance.now() - began };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(database: Database, runs: number): Promise<RunId[]> {
  const ids = Array.from({ length: runs }, (_, index) => RunId.parse(`run-${index}`));
  for (const runId of ids) {
    const journal = await database.createRun(runId);
    const start = { request: 'Do it', workspace: '/w', provider: 'demo', models, limits };
    await journal.append([{ type: 'workflow:start', ...start, muster: '0' }]);
    await journal.close();
  }
  return ids;
}

type Diary = { begun: number; done: number; waits: boolean; owners: Map<string, string> };

/** Waits, while the process lives that is to make it so. */
async function diarySays(
  file: string,
  child: ChildProcess,
  what: (diary: Diary) => boolean,
): Promise<void> {
  while (!what(readDiary(await readFile(file, 'utf8')))) {
    assert.equal(child.exitCode, null, 'a contender ended too early');
    await pause(1);
  }
}

/** @returns how many runs were gone on with by another than who began them */
async function checkRuns(database: Database, ids: readonly RunId[]): Promise<number> {
  let takenOver = 0;
  for (const runId of ids) {
    const events = await database.readRun(runId).read();
    const told = events.flatMap((event) => (event.type === 'workflow:results' ? [event.text] : []));
    const parts = told.map((text) => text.split(' '));
    assert.deepEqual(
      parts.map(([step]) => Number(step)),
      Array.from({ length: steps }, (_, step) => step),
      `the steps of ${runId}: ${told.join(', ')}`,
    );
    const epochs = parts.map(([, , epoch]) => Number(epoch));
    assert.deepEqual(
      epochs,
      epochs.toSorted((left, right) => left - right),
      `owners of ${runId}`,
    );
    const ends = events.filter((event) => event.type === 'workflow:status');
    assert.equal(ends.length, 1, `${runId} ended ${ends.length} times`);
    if (new Set(epochs).size > 1) takenOver += 1;
  }
  return takenOver;
}

/** Whoever begins a run does so after its former owner ended it or was killed. */
function readDiary(text: string): Diary {
  const diary: Diary = { begun: 0, done: 0, waits: false, owners: new Map() };
  let killed = false;
  for (const line of text.split('\n').slice(0, -1)) {
    const [word, runId = '', name = ''] = line.split(' ');
    const owner = diary.owners.get(runId);
    if (word === 'kills') killed = true;
    if (word === 'waits') diary.waits = true;
    if (word === 'begins') {
      const inherits = killed && owner === 'victim' && name === 'survivor';
      assert.ok(owner === undefined || inherits, `${line}, executed by ${owner}`);
      diary.owners.set(runId, name);
      diary.begun += 1;
    }
    if (word === 'ends') {
      assert.equal(owner, name, line);
      diary.owners.delete(runId);
      diary.done += 1;
    }
  }
  return diary;
}

/** @returns how many events the database has */
function checkFile(folder: string): number {
  const sqlite = new DatabaseSync(databaseFile(folder));
  const [check] = sqlite.prepare('PRAGMA integrity_check').all();
  assert.equal(check?.integrity_check, 'ok');
  const count = Number(sqlite.prepare('SELECT count(*) AS count FROM events').get()?.count);
  sqlite.close();
  return count;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { runs, takenOver, events, ms } = await fight(Number(process.argv[2] ?? 200));
  const seconds = (ms / 1_000).toFixed(1);
  process.stdout.write(`${runs} runs, ${events} events, ${takenOver} taken over, ${seconds} s\n`);
}
