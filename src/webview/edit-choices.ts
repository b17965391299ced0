/** What the selects of an edit offer: models, permissions, priorities, agents. */
import type { ModelTier } from '../shared/model-tier.ts';
import type { Permission } from '../shared/plan.ts';
import { ToolGroup } from '../shared/team.ts';
import type { Choice } from './fields.tsx';
import { permissionWords, toolWords } from './words.ts';

export const permissionChoices: readonly Choice<Permission>[] = (
  ['read_only', 'read_write'] as const
).map((value) => ({ value, label: permissionWords(value) }));

export const toolChoices: readonly Choice<ToolGroup>[] = ToolGroup.options.map((value) => ({
  value,
  label: toolWords[value],
}));

export const priorityChoices: readonly Choice<string>[] = Array.from({ length: 10 }, (_, index) => {
  const value = String(10 - index);
  return { value, label: value === '10' ? '10, first' : value };
});

/** @param used what the plan and team name already, which the list may not hold yet */
export function modelChoices(
  tiers: Record<ModelTier, string>,
  known: readonly string[],
  used: readonly string[],
): Choice<string>[] {
  const tierChoices = Object.entries(tiers).map(([tier, id]) => ({
    value: tier,
    label: `${tier}, now ${id}`,
  }));
  const ids = [...new Set([...known, ...used, ...Object.values(tiers)])];
  const rest = ids.filter((id) => id !== '' && !Object.hasOwn(tiers, id));
  return [...tierChoices, ...rest.map((id) => ({ value: id, label: id }))];
}

export function agentChoices(
  agents: ReadonlyArray<{ key: string; name: string }>,
  chosen: string,
): Choice<string>[] {
  const choices = agents.map(({ key, name }) => ({ value: key, label: name || 'No name yet' }));
  const missing = !agents.some((each) => each.key === chosen);
  return missing ? [{ value: chosen, label: 'Nobody yet' }, ...choices] : choices;
}
