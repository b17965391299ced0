/** The process that executes a run takes up what people told it, in order: here, in another window or on a command line. */
import type { RunDriver } from '../engine/run/run-driver.ts';
import { Instruction } from '../shared/instruction.ts';
import { isMusterError } from '../shared/muster-error.ts';
import type { RunState } from '../shared/run-state.ts';
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
      await database.settle(each.number, await carryOut(driver, each));
      last = each.number;
    }
  };
  await takeUp(await database.openInstructions(runId));
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
