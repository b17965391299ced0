/** What each instruction of a person does to the run that this process executes. */
import { editRefused } from '../engine/run/edit-instruction.ts';
import type { RunDriver } from '../engine/run/run-driver.ts';
import { assertNever } from '../shared/assert-never.ts';
import type { Instruction } from '../shared/instruction.ts';
import { taskById } from '../shared/reduce-tasks.ts';
import { agentOf } from '../shared/team.ts';

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
      // The owner that appended it ended before it could say so.
      if (driver.state.changes?.head === instruction.head) return;
      const { do: _, ...edit } = instruction;
      return driver.editChange(edit, by);
    }
    case 'send-back':
      return isSentBack(driver, instruction)
        ? undefined
        : driver.sendBack(instruction.comments, by);
    case 'apply':
      return driver.applyAccepted(by);
    case 'revert':
      return driver.revert(by);
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
    case 'revoke-grant':
      return driver.revokeGrant(instruction.grant, by);
    case 'set-ceiling': {
      const { do: _, ...set } = instruction;
      return driver.setCeiling(set, by);
    }
    case 'edit-plan': {
      if (isEdited(driver, instruction, by)) return;
      const { do: _, approvalId, ...edit } = instruction;
      const result = await driver.editPlan(approvalId, edit, by);
      if (!result.ok) throw editRefused('plan', result.problems);
      return;
    }
    case 'edit-task': {
      if (isTriedAgain(driver, instruction)) return;
      const result = await driver.editTask(instruction.taskId, instruction.edit, by);
      if (!result.ok) throw editRefused('task', result.problems);
      return;
    }
    default:
      return assertNever(instruction);
  }
}

type InstructionTo<Do extends Instruction['do']> = Extract<Instruction, { do: Do }>;

/** The owner that appended this very decision ended before it could say so. */
function isDone(
  { state }: RunDriver,
  { approvalId, decision }: InstructionTo<'decide'>,
  by: string,
): boolean {
  const decided = state.approvals.find((each) => each.approvalId === approvalId)?.decided;
  if (decided?.by !== by) return false;
  return isSame(decided.decision, decision);
}

/** The same of an edit of the plan. */
function isEdited(
  { state: { plan, team } }: RunDriver,
  edit: InstructionTo<'edit-plan'>,
  by: string,
): boolean {
  if (!plan || !team || plan.editedBy !== by) return false;
  return isSame(plan.plan, edit.plan) && isSame(team.team, edit.team);
}

/** The same of comments: the tasks that they went to have not come back since. */
function isSentBack(
  { state: { changes, tasks } }: RunDriver,
  { comments }: InstructionTo<'send-back'>,
): boolean {
  if (changes) return false;
  const sent = tasks.flatMap((task) => task.sentBack ?? []);
  return comments.every((comment) => sent.some((each) => isSame(each, comment)));
}

/** The same of an edit of a task that had failed; of any other task, doing it twice changes nothing. */
function isTriedAgain(
  { state }: RunDriver,
  { taskId, edit: { agent, ...changes } }: InstructionTo<'edit-task'>,
): boolean {
  const task = taskById(state, taskId);
  if (task?.status !== 'running' || task.edited === undefined || !state.team) return false;
  if (agent !== undefined && agentOf(state.team.team, taskId)?.name !== agent) return false;
  return isSame({ ...task.task, ...changes }, task.task);
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
