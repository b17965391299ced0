/** One of several processes that decide the same questions at the same time, and carry out what counts. */
import { appendFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, openDatabase } from '../../../../src/node/database/open-database.ts';
import { ApprovalId, type RunId } from '../../../../src/shared/ids.ts';
import { Instruction } from '../../../../src/shared/instruction.ts';
import { isMusterError } from '../../../../src/shared/muster-error.ts';

/** `stopAt` counts the decisions of this process that counted; after that one it waits to be killed. */
const [folder = '', name = '', diary = '', stopAt = ''] = process.argv.slice(2);
const approvalId = ApprovalId.parse('question');
const note = (word: string, runId: RunId) => appendFileSync(diary, `${word} ${runId} ${name}\n`);
let won = 0;

const database = await openDatabase(folder, { clock: { now: () => new Date() } });
const runs = (await database.listRuns()).map(({ runId }) => runId);
// In the same order as the others, so that they meet.
for (const runId of runs) {
  await decide(database, runId);
  await carryOut(database, runId);
}
// What another recorded and did not live to carry out.
while (!(await allDecided(database))) {
  for (const runId of runs) await carryOut(database, runId);
  await pause(5);
}
await database.close();

async function decide(from: Database, runId: RunId): Promise<void> {
  const answers = { question: name };
  const decision = { decision: 'answer', answers } as const;
  const given = {
    instruction: { do: 'decide', approvalId, decision } as const,
    by: name,
    at: new Date().toISOString(),
  };
  try {
    await from.instruct(runId, [given]);
  } catch (error) {
    if (!isMusterError(error) || error.code !== 'wrong-decision') throw error;
    note('lost', runId);
    return;
  }
  note('won', runId);
  won += 1;
  if (won !== Number(stopAt)) return;
  note('waits', runId);
  await pause(600_000);
}

/** As the owner of the run does: the event first, then that it is done. */
async function carryOut(from: Database, runId: RunId): Promise<void> {
  if ((await from.openInstructions(runId)).length === 0) return;
  const journal = await from.openRun(runId).catch((error: unknown) => {
    if (isMusterError(error) && error.code === 'in-use') return undefined;
    throw error;
  });
  if (journal === undefined) return;
  for (const { number, instruction, by } of await from.openInstructions(runId)) {
    const parsed = Instruction.parse(JSON.parse(instruction));
    if (parsed.do !== 'decide') throw new Error('Nothing else was told');
    const { decision } = parsed;
    const decided = (await journal.read()).some((event) => event.type === 'approval:decided');
    if (!decided) await journal.append([{ type: 'approval:decided', approvalId, by, decision }]);
    await from.settle(number, { status: 'done' });
  }
  await journal.close();
}

async function allDecided(from: Database): Promise<boolean> {
  return (await from.listRuns()).every(({ waiting }) => !waiting);
}
