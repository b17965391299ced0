/**
 * Processes decide the same questions at the same time, and one is killed between deciding and
 * carrying out. Run by itself it takes the number of runs: `node test/unit/node/database/fight-decisions.ts 200`.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Database } from '../../../../src/node/database/open-database.ts';
import { ApprovalId, type RunId } from '../../../../src/shared/ids.ts';
import { inFightPlace, inWholeDatabase } from './fight-place.ts';

export type DecisionFight = { runs: number; contested: number; ms: number };

const approvalId = ApprovalId.parse('question');
const decider = fileURLToPath(new URL('decider.ts', import.meta.url));

/** @throws AssertionError when a question was decided twice, never, or by another than was told so */
export async function fightOverDecisions(runs: number): Promise<DecisionFight> {
  const began = performance.now();
  const deadline = new Date(Date.now() + 3_600_000).toISOString();
  const question = { type: 'approval:requested', approvalId, kind: 'questions', deadline } as const;
  return inFightPlace({ runs, beginning: [question] }, async (place) => {
    const { folder, diary, database, ids, diarySays } = place;
    const start = (name: string, stopAt = 0) => place.start(decider, [name, diary, String(stopAt)]);
    const victim = start('victim', 2);
    await diarySays(victim, (text) => text.includes('won'));
    const ended = ['one', 'two'].map((name) => once(start(name), 'exit'));
    await diarySays(victim, (text) => text.includes('waits'));
    victim.kill('SIGKILL');
    assert.deepEqual(await Promise.all(ended), [
      [0, null],
      [0, null],
    ]);
    const contested = await checkRuns(database, ids, await readFile(diary, 'utf8'));
    await database.close();
    inWholeDatabase(folder, (sqlite) => {
      const told = 'SELECT status, count(*) AS count FROM instructions GROUP BY status';
      const rows = sqlite.prepare(told).all();
      assert.deepEqual(
        rows.map((row) => ({ ...row })),
        [{ status: 'done', count: runs }],
      );
    });
    return { runs, contested, ms: performance.now() - began };
  });
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

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { runs, contested, ms } = await fightOverDecisions(Number(process.argv[2] ?? 200));
  const seconds = (ms / 1_000).toFixed(1);
  process.stdout.write(`${runs} questions decided once, ${contested} contested, ${seconds} s\n`);
}
