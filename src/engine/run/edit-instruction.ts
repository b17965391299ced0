/** A person's edit on its way to a run: what is wrong with it is shown, and only what passes is recorded. */
import type { TaskId } from '../../shared/ids.ts';
import type { Instruction } from '../../shared/instruction.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { type PlanProblem, TaskEdit } from '../../shared/plan-edit.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { ModelProvider } from '../model-port.ts';
import { checkPlanEdit, type EditOfPlan } from './edit-plan.ts';
import { checkTaskEdit } from './edit-task.ts';

export type CheckedInstruction =
  | { ok: true; instruction: Instruction }
  | { ok: false; problems: PlanProblem[] };

/** @throws MusterError `wrong-decision` when the plan is not open or was edited meanwhile */
export async function planEditInstruction(
  state: RunState,
  { approvalId, edit }: EditOfPlan,
  { model, signal }: { model: Pick<ModelProvider, 'listModels'>; signal: AbortSignal },
): Promise<CheckedInstruction> {
  const checked = await checkPlanEdit(state, { approvalId, edit }, { model, signal });
  if (!checked.ok) return checked;
  const { plan, team } = checked;
  const { plan: _, team: __, ...about } = edit;
  return { ok: true, instruction: { do: 'edit-plan', approvalId, plan, team, ...about } };
}

/** @throws MusterError `wrong-decision` when the task cannot be edited now */
export function taskEditInstruction(
  state: RunState,
  taskId: TaskId,
  edit: unknown,
): CheckedInstruction {
  const checked = checkTaskEdit(state, taskId, edit);
  if (!checked.ok) return checked;
  return { ok: true, instruction: { do: 'edit-task', taskId, edit: TaskEdit.parse(edit) } };
}

/** Where an edit can only be refused as a whole. */
export function editRefused(what: 'plan' | 'task', problems: readonly PlanProblem[]): MusterError {
  const lines = problems.map(({ message }) => `- ${message}`).join('\n');
  const message = `The edited ${what} was not taken, and the run still has the ${what} as it was:\n${lines}`;
  return new MusterError('wrong-decision', message);
}
