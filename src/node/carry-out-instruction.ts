/** What each instruction of a person does to the run that this process executes. */
import type { RunDriver } from '../engine/run/run-driver.ts';
import { assertNever } from '../shared/assert-never.ts';
import type { Instruction } from '../shared/instruction.ts';

/** @throws MusterError `wrong-decision` when it does not fit the run as it is now */
export async function carryOutInstruction(
  driver: RunDriver,
  instruction: Instruction,
  by: string,
): Promise<void> {
  switch (instruction.do) {
    case 'decide':
      return isDone(driver, instruction, by)
        ? undefined
        : driver.decide(instruction.approvalId, instruction.decision, by);
    case 'decide-change': {
      const { do: _, ...which } = instruction;
      return driver.decideChange(which, by);
    }
    case 'edit-change': {
      const { do: _, ...edit } = instruction;
      return driver.editChange(edit, by);
    }
    case 'send-back':
      return driver.sendBack(instruction.comments, by);
    case 'apply':
      return driver.applyAccepted(by);
    case 'pause':
      return driver.pause(by);
    case 'continue':
      return driver.continue(by);
    case 'cancel':
      return driver.cancel(by);
    case 'retry-task':
      return driver.retryTask(instruction.taskId, by);
    case 'skip-task':
      return driver.skipTask(instruction.taskId, by);
    case 'set-ceiling': {
      const { do: _, ...set } = instruction;
      return driver.setCeiling(set, by);
    }
    default:
      return assertNever(instruction);
  }
}

/** The owner that appended this very decision ended before it could say so. */
function isDone(
  { state }: RunDriver,
  { approvalId, decision }: Extract<Instruction, { do: 'decide' }>,
  by: string,
): boolean {
  const decided = state.approvals.find((each) => each.approvalId === approvalId)?.decided;
  if (decided?.by !== by) return false;
  return JSON.stringify(decided.decision) === JSON.stringify(decision);
}
