/** Takes the person's edit of a plan and team that wait for approval: checked, hashed, and bound to the approval. */
import type { EventBody } from '../../shared/events.ts';
import type { ApprovalId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import type { PlanEdit, PlanProblem } from '../../shared/plan-edit.ts';
import { type ApprovalState, hasEnded, type RunState } from '../../shared/run-state.ts';
import type { ModelProvider } from '../model-port.ts';
import { type CheckedEdit, checkEdit } from '../plan/check-edit.ts';
import type { RunContext } from './run-context.ts';

export type EditOfPlan = { approvalId: ApprovalId; edit: PlanEdit };

export type PreparedEdit =
  | { ok: true; event(state: RunState): readonly EventBody[] }
  | { ok: false; problems: PlanProblem[] };

/**
 * @returns what is wrong with the edit, or the event of it, to be asked for on the state as it is
 *   when it is appended: empty when the edit changes nothing
 * @throws MusterError `wrong-decision` when the plan is not open or was edited meanwhile
 */
export async function prepareEdit(
  context: RunContext,
  { approvalId, edit, by }: EditOfPlan & { by: string },
  signal: AbortSignal,
): Promise<PreparedEdit> {
  const { model } = context.ports;
  const checked = await checkPlanEdit(context.state(), { approvalId, edit }, { model, signal });
  if (!checked.ok) return checked;
  const { plan, team } = checked;
  const { hash } = await context.ports.journal.putBody(JSON.stringify({ plan, team }));
  return {
    ok: true,
    event(state) {
      const version = requireEditable(state, approvalId, edit.basedOn);
      if (hash === edit.basedOn) return [];
      const { draftId } = edit;
      const draft = draftId === undefined ? {} : { draftId };
      return [{ type: 'plan:edited', approvalId, version, plan, team, hash, by, ...draft }];
    },
  };
}

/**
 * Nothing is changed by it: also for a run that somebody else executes.
 * @throws MusterError `wrong-decision` when the plan is not open or was edited meanwhile
 */
export async function checkPlanEdit(
  state: RunState,
  { approvalId, edit }: EditOfPlan,
  { model, signal }: { model: Pick<ModelProvider, 'listModels'>; signal: AbortSignal },
): Promise<CheckedEdit> {
  const { limits, models: tiers } = state;
  requireEditable(state, approvalId, edit.basedOn);
  const known = (await model.listModels(signal)).map((each) => each.id);
  return checkEdit(edit, { limits, models: { tiers, known } });
}

/** @returns the version of the plan */
function requireEditable(state: RunState, approvalId: ApprovalId, basedOn: string): number {
  const approval = state.approvals.find((each) => each.approvalId === approvalId);
  const refusal = refusalOf(state, approval);
  if (refusal !== undefined) throw new MusterError('wrong-decision', refusal);
  if (!state.plan || !state.team || approval?.hash !== state.team.hash) {
    const message =
      'The plan has changed since this was asked. Look at the new plan and edit that.';
    throw new MusterError('wrong-decision', message);
  }
  if (approval.hash !== basedOn) {
    const whose = state.plan.editedBy === undefined ? '' : `, by ${state.plan.editedBy}`;
    const message = `The plan was edited meanwhile${whose}, and the first edit counts. Nothing of yours was saved. Look at the plan as it is now and edit that.`;
    throw new MusterError('wrong-decision', message);
  }
  return state.plan.version;
}

function refusalOf(state: RunState, approval: ApprovalState | undefined): string | undefined {
  if (hasEnded(state)) {
    return `The run has ended (${state.status}), so its plan can no longer be edited.`;
  }
  if (approval?.kind !== 'plan') return 'There is no plan of this id that waits for approval.';
  if (approval.decided) {
    return `This plan was decided already, by ${approval.decided.by}, so it can no longer be edited. Single tasks can be, while they are not under way.`;
  }
  if (approval.lapsed) {
    return 'This plan lapsed without a decision. It is kept: put it up again, and then edit it.';
  }
  return undefined;
}
