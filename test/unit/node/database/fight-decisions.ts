/**
 * Processes decide the same questions at the same time, and one is killed between deciding and
 * carrying out. Run by itself it takes the number of runs: `node test/unit/node/database/fight-decisions.ts 200`.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { databaseFile } from '../../../../src/node/database/database-files.ts';
import { type Database, openDatabase } from '../../../../src/node/database/open-database.ts';
import { ApprovalId, RunId } from '../../../../src/shared/ids.ts';

export type DecisionFight = { runs: number; contested: number; ms: number };

const limits = { maxAttempts: 3, maxTasks: 50, approvalHours: 24 };
const models = { smart: 'm', balanced: 'm', fast: 'm' };
const approvalId = ApprovalId.parse('question');
const decider = fileURLToPath(new URL('decider.ts', import.meta.url));

/** @throws AssertionError when a question was decided twice, never, or by another than was told so */
export async function fightOverDecisions(runs: number): Promise<DecisionFight> {
  const began = performance.now();
  const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'muster-decide-')));
  const children: ChildProcess[] = [];
  try {
    const diary = path.join(folder, 'diary');
    await writeFile(diary, '');
    const database = await openDatabase(folder, { clock: { now: () => new Date() } });
    const ids = await prepare(database, runs);
    const start = (name: string, stopAt = 0) => {
      const args = [decider, folder, name, diary, String(stopAt)];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
      children.push(child);
      return child;
    };
    const says = async (word: string, child: ChildProcess) => {
      while (!(await readFile(diary, 'utf8')).includes(word)) {
        assert.equal(child.exitCode, null, 'a process ended too early');
        await pause(1);
      }
    };
    const victim = start('victim', 2);
    await says('won', victim);
    const ended = ['one', 'two'].map((name) => once(start(name), 'exit'));
    await says('waits', victim);
    victim.kill('SIGKILL');
    assert.deepEqual(await Promise.all(ended), [
      [0, null],
      [0, null],
    ]);
    const contested = await checkRuns(database, ids, await readFile(diary, 'utf8'));
    await database.close();
    checkFile(folder, runs);
    return { runs, contested, ms: performance.now() - began };
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(database: Database, runs: number): Promise<RunId[]> {
  const ids = Array.from({ length: runs }, (_, index) => RunId.parse(`run-${index}`));
  const deadline = new Date(Date.now() + 3_600_000).toISOString();
  for (const runId of ids) {
    const journal = await database.createRun(runId);
    const start = { request: 'Do it', workspace: '/w', provider: 'demo', models, limits };
    await journal.append([
      { type: 'workflow:start', ...start, muster: '0' },
      { type: 'approval:requested', approvalId, kind: 'questions', deadline },
    ]);
    await journal.close();
  }
  return ids;
}

/** @returns how many runs both decided on */
async function checkRuns(
  database: Database,
  ids: readonly RunId[],
  diary: string,
): Promise<number> {
  const lines = diary.split('\n').map((line) => line.split(' '));
  let contested = 0;
  for (const runId of ids) {
    const decided = (await database.readRun(runId).read()).flatMap((event) =>
      event.type === 'approval:decided' ? [event] : [],
    );
    assert.equal(decided.length, 1, `${runId} was decided ${decided.length} times`);
    const said = (word: string) =>
      lines.filter(([one, id]) => one === word && id === runId).map(([, , name]) => name);
    assert.deepEqual(said('won'), [decided[0]?.by], `who won ${runId}`);
    const [event] = decided;
    assert.deepEqual(event?.decision, { decision: 'answer', answers: { question: event?.by } });
    assert.ok(!said('lost').includes(event?.by));
    if (said('lost').length > 0) contested += 1;
  }
  assert.ok(lines.some(([word, , name]) => word === 'won' && name !== 'victim'));
  return contested;
}

function checkFile(folder: string, runs: number): void {
  const sqlite = new DatabaseSync(databaseFile(folder));
  const [check] = sqlite.prepare('PRAGMA integrity_check').all();
  assert.equal(check?.integrity_check, 'ok');
  const told = sqlite.prepare('SELECT status, count(*) AS count FROM instructions GROUP BY status');
  assert.deepEqual(
    told.all().map((row) => ({ ...row })),
    [{ status: 'done', count: runs }],
  );
  sqlite.close();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { runs, contested, ms } = await fightOverDecisions(Number(process.argv[2] ?? 200));
  const seconds = (ms / 1_000).toFixed(1);
  process.stdout.write(`${runs} questions decided once, ${contested} contested, ${seconds} s\n`);
}
