/** Where a problem of an edit is shown: the card and the field that it names. */

import type { AgentDraft, PlanDraft, TaskDraft } from '../shared/edit-draft.ts';
import type { PlanProblem } from '../shared/plan-edit.ts';
import { fieldId } from './field-id.ts';

export const planPrefix = 'edit-plan';

export function taskPrefix(id: string): string {
  return `edit-task:${id}`;
}

export function agentPrefix(key: string): string {
  return `edit-agent:${key}`;
}

/** One array for all without problems: what is drawn with it is not drawn anew. */
const none: readonly PlanProblem[] = [];

export function problemsOfTask(
  problems: readonly PlanProblem[],
  { task }: TaskDraft,
): readonly PlanProblem[] {
  return those(problems, (each) => each.task === task.id);
}

export function problemsOfAgent(
  problems: readonly PlanProblem[],
  { member }: AgentDraft,
): readonly PlanProblem[] {
  return those(problems, (each) => each.task === undefined && each.agent === member.name);
}

export function problemsOfPlan(problems: readonly PlanProblem[]): readonly PlanProblem[] {
  return those(problems, (each) => each.task === undefined && each.agent === undefined);
}

function those(
  problems: readonly PlanProblem[],
  belongs: (problem: PlanProblem) => boolean,
): readonly PlanProblem[] {
  const found = problems.filter(belongs);
  return found.length > 0 ? found : none;
}

/** @returns ids of elements, the nearest first, and what must be open for them to be there */
export function placeOf(
  { task, agent, field = '' }: PlanProblem,
  draft: PlanDraft,
): { ids: string[]; open: string[] } {
  if (task !== undefined) {
    const prefix = taskPrefix(task);
    return { ids: [fieldId(prefix, field), prefix], open: ['plan', prefix] };
  }
  const key = draft.agents.find((each) => each.member.name === agent)?.key;
  if (key !== undefined) {
    const prefix = agentPrefix(key);
    return { ids: [fieldId(prefix, field), prefix], open: ['team', prefix] };
  }
  return { ids: [fieldId(planPrefix, field), planPrefix], open: ['plan'] };
}
