/**
 * Two processes on one database fight for many runs, and one of them is killed in the middle.
 * Run by itself it takes the number of runs: `node test/unit/node/database/fight.ts 200`.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { appendFile, readFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Database } from '../../../../src/node/database/open-database.ts';
import type { RunId } from '../../../../src/shared/ids.ts';
import { inFightPlace, inWholeDatabase } from './fight-place.ts';

export type Fight = { runs: number; takenOver: number; events: number; ms: number };

const steps = 12;
const contender = fileURLToPath(new URL('contender.ts', import.meta.url));

/** @throws AssertionError when a run was lost, done twice, or had two owners at a time */
export async function fight(runs: number): Promise<Fight> {
  const began = performance.now();
  return inFightPlace({ runs, beginning: [] }, async (place) => {
    const { folder, diary, database, ids, diarySays } = place;
    const start = (name: string, stopRun = 0) =>
      place.start(contender, [name, String(steps), diary, String(stopRun)]);
    const victim = start('victim', Math.ceil((Math.random() * runs) / 10));
    await diarySays(victim, (text) => readDiary(text).begun > 0);
    const survivor = start('survivor');
    const ended = once(survivor, 'exit');
    await diarySays(survivor, (text) => {
      const { waits, done } = readDiary(text);
      return waits && done >= runs / 2;
    });
    await appendFile(diary, 'kills\n');
    victim.kill('SIGKILL');
    assert.deepEqual(await ended, [0, null]);
    const takenOver = await checkRuns(database, ids);
    await database.close();
    assert.equal(readDiary(await readFile(diary, 'utf8')).owners.size, 0);
    const events = inWholeDatabase(folder, (sqlite) =>
      Number(sqlite.prepare('SELECT count(*) AS count FROM events').get()?.count),
    );
    return { runs, takenOver, events, ms: performance.now() - began };
  });
}

type Diary = { begun: number; done: number; waits: boolean; owners: Map<string, string> };

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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { runs, takenOver, events, ms } = await fight(Number(process.argv[2] ?? 200));
  const seconds = (ms / 1_000).toFixed(1);
  process.stdout.write(`${runs} runs, ${events} events, ${takenOver} taken over, ${seconds} s\n`);
}
