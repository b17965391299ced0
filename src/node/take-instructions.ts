/** The process that executes a run takes up what people told it, in order: here, in another window or on a command line. */
import type { RunDriver } from '../engine/run/run-driver.ts';
import type { RunId } from '../shared/ids.ts';
import { Instruction } from '../shared/instruction.ts';
import { isMusterError } from '../shared/muster-error.ts';
import type { RunState } from '../shared/run-state.ts';
import { leavesItsMark, wasCarriedOut } from './carried-out.ts';
import { carryOutInstruction } from './carry-out-instruction.ts';
import type { OpenInstruction, Settlement } from './database/instruction-table.ts';
import type { Database } from './database/open-database.ts';

export type TakingInstructions = {
  /** Lets the one that is being carried out settle, and takes no more. */
  end(): Promise<void>;
};

/**
 * What was recorded before is taken up first, so that a decision survives the owner that did not
 * come to it. Ends by itself when the run is lost or the database fails: what is open stays open.
 */
export async function takeInstructions(
  database: Database,
  driver: RunDriver,
  onFailure: () => void,
): Promise<TakingInstructions> {
  const { runId } = driver.state;
  const stop = new AbortController();
  let last = 0;
  const takeUp = async (open: readonly OpenInstruction[]) => {
    for (const each of open) {
      if (stop.signal.aborted) return;
      await database.settle(each.number, await settlementOf({ database, driver }, each));
      last = each.number;
    }
  };
  const [oldest, ...others] = await database.openInstructions(runId);
  if (oldest !== undefined) {
    if (await isDoneAlready(database, runId, oldest)) {
      await database.settle(oldest.number, { status: 'done' });
      last = oldest.number;
      await takeUp(others);
    } else await takeUp([oldest, ...others]);
  }
  const taking = (async () => {
    while (!stop.signal.aborted) {
      await takeUp(await database.nextInstructions(runId, last, stop.signal));
    }
  })();
  // Taken over or without storage: the next owner goes on with what is open.
  const ended = taking.catch(() => {
    if (!stop.signal.aborted) onFailure();
  });
  return {
    end() {
      stop.abort(new Error('The run is let go of'));
      return ended;
    },
  };
}

/** By the owner before, which ended between the two. */
async function isDoneAlready(
  database: Database,
  runId: RunId,
  open: OpenInstruction,
): Promise<boolean> {
  const parsed = Instruction.safeParse(JSON.parse(open.instruction));
  if (!parsed.success || !leavesItsMark(parsed.data)) return false;
  return wasCarriedOut(parsed.data, open, await database.readRun(runId).read());
}

/** @throws what is no answer to the person */
async function settlementOf(
  { database, driver }: { database: Database; driver: RunDriver },
  open: OpenInstruction,
): Promise<Settlement> {
  const parsed = Instruction.safeParse(JSON.parse(open.instruction));
  const together = parsed.success && parsed.data.do === 'apply' ? (parsed.data.behind ?? 0) : 0;
  for (let before = open.number - together; before < open.number; before += 1) {
    const settled = await database.settled(before, new AbortController().signal);
    if (settled.status === 'refused') return { status: 'refused', reason: notAll(settled.reason) };
  }
  return carryOut(driver, open);
}

function notAll(reason: string): string {
  return `Nothing was applied, because one of the decisions that came with it was refused: ${reason} The others are kept. Look at the changes again, then apply.`;
}

/** @throws what is no answer to the person: the run was taken over, or cannot be written */
async function carryOut(
  driver: RunDriver,
  { instruction, by, at }: OpenInstruction,
): Promise<Settlement> {
  const parsed = Instruction.safeParse(JSON.parse(instruction));
  if (!parsed.success) return { status: 'refused', reason: newerInstruction };
  try {
    if (!isInTime(driver.state, parsed.data, at)) await driver.lapseDue();
    await carryOutInstruction(driver, parsed.data, by);
    return { status: 'done' };
  } catch (error) {
    if (!isMusterError(error) || !refusals.includes(error.code)) throw error;
    return { status: 'refused', reason: error.userMessage };
  }
}

const refusals: readonly string[] = ['wrong-decision', 'protected'];

/** What was given before its question's deadline counts, however late its run is taken up. */
function isInTime(state: RunState, instruction: Instruction, at: string): boolean {
  if (instruction.do !== 'decide' && instruction.do !== 'edit-plan') return false;
  const asked = state.approvals.find((each) => each.approvalId === instruction.approvalId);
  return asked !== undefined && Date.parse(at) <= Date.parse(asked.deadline);
}

const newerInstruction =
  'The window that executes this run is of an older Muster and does not know what was asked for. Nothing was changed. Update Muster there, or decide in that window.';
