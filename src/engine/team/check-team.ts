/** The checks of a team that need no model, and the team as it will run: what was declared, spelled out. */

import type { TaskId } from '../../shared/ids.ts';
import { ModelTier } from '../../shared/model-tier.ts';
import type { Permission, Plan } from '../../shared/plan.ts';
import type { PlanProblem } from '../../shared/plan-edit.ts';
import {
  type Team,
  type TeamMember,
  type TeamProposal,
  ToolGroup,
  writingGroups,
} from '../../shared/team.ts';
import { closest } from '../plan/closest.ts';
import { resolveModel } from './resolve-model.ts';

/** Names that stand for several groups, or for one under another word. */
const synonyms: Record<string, readonly ToolGroup[]> = {
  file_operations: ['file_read', 'file_write'],
  git_operations: ['git_read', 'git_write'],
  database_operations: ['terminal'],
  api_testing: ['terminal'],
};

function synonymOf(name: string): readonly ToolGroup[] | undefined {
  return Object.hasOwn(synonyms, name) ? synonyms[name] : undefined;
}

export type TeamCheckResult = { ok: true; team: Team } | { ok: false; problems: PlanProblem[] };

export function checkTeam(
  proposal: TeamProposal,
  plan: Plan,
  models: { tiers: Record<ModelTier, string>; known: readonly string[] },
): TeamCheckResult {
  const problems = [...checkNames(proposal), ...checkAssignments(proposal, plan)];
  const agents: TeamMember[] = [];
  for (const agent of proposal.agents) {
    const groups = groupsOf(agent, problems);
    const permission = agent.permission ?? permissionOf(agent.name, proposal, plan);
    checkPermission(agent, groups, permission, plan, proposal, problems);
    checkModel(agent, models, problems);
    agents.push({
      ...agent,
      tools: groups,
      permission,
      model: resolveModel(agent.model, models.tiers),
    });
  }
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, team: { agents, task_assignments: proposal.task_assignments } };
}

function checkNames(proposal: TeamProposal): PlanProblem[] {
  const names = proposal.agents.map((agent) => agent.name);
  const problems: PlanProblem[] = names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((name) => ({
      agent: name,
      field: 'name',
      message: `Two agents have the name "${name}".`,
    }));
  for (const name of names) {
    if (!proposal.task_assignments.some((each) => each.agent === name)) {
      const message = `Agent "${name}" has no task; leave it out or assign one.`;
      problems.push({ agent: name, message });
    }
  }
  return problems;
}

function checkAssignments(proposal: TeamProposal, plan: Plan): PlanProblem[] {
  const problems: PlanProblem[] = [];
  const names = proposal.agents.map((agent) => agent.name);
  const ids = plan.tasks.map((task) => task.id);
  const holders = new Map<TaskId, string[]>();
  for (const { agent, tasks } of proposal.task_assignments) {
    if (!names.includes(agent)) {
      const message = `Tasks are assigned to "${agent}", who is not in the team.${meant(agent, names)}`;
      problems.push({ agent, message });
    }
    for (const id of tasks) {
      if (!ids.includes(id)) {
        const message = `"${agent}" is assigned "${id}", which is not in the plan.${meant(id, ids)}`;
        problems.push({ agent, message });
      }
      holders.set(id, [...(holders.get(id) ?? []), agent]);
    }
  }
  for (const id of ids) {
    const agents = holders.get(id) ?? [];
    if (agents.length === 1) continue;
    const message =
      agents.length === 0
        ? `Task "${id}" has no agent.`
        : `Task "${id}" has ${agents.length} agents: ${agents.join(', ')}. It needs exactly one.`;
    problems.push({ task: id, field: 'agent', message });
  }
  return problems;
}

function groupsOf(agent: TeamProposal['agents'][number], problems: PlanProblem[]): ToolGroup[] {
  const groups = new Set<ToolGroup>();
  for (const name of agent.tools) {
    const group = ToolGroup.safeParse(name);
    const found = group.success ? [group.data] : synonymOf(name);
    if (found) for (const each of found) groups.add(each);
    else {
      const known = [...ToolGroup.options, ...Object.keys(synonyms)];
      const message = `Agent "${agent.name}" has the tool group "${name}", which does not exist. Known groups: ${known.join(', ')}.${meant(name, known)}`;
      problems.push({ agent: agent.name, field: 'tools', message });
    }
  }
  return ToolGroup.options.filter((group) => groups.has(group));
}

function permissionOf(name: string, proposal: TeamProposal, plan: Plan): Permission {
  const writes = tasksOf(name, proposal, plan).some((task) => task.permission === 'read_write');
  return writes ? 'read_write' : 'read_only';
}

function checkPermission(
  agent: TeamProposal['agents'][number],
  groups: readonly ToolGroup[],
  permission: Permission,
  plan: Plan,
  proposal: TeamProposal,
  problems: PlanProblem[],
): void {
  if (permission === 'read_write') return;
  const writing = groups.filter((group) => writingGroups.some((each) => each === group));
  if (writing.length > 0) {
    const message = `Agent "${agent.name}" is read_only but has the writing ${writing.length === 1 ? 'group' : 'groups'} ${writing.join(', ')}.`;
    problems.push({ agent: agent.name, field: 'tools', message });
  }
  for (const task of tasksOf(agent.name, proposal, plan)) {
    if (task.permission === 'read_write') {
      const message = `Agent "${agent.name}" is read_only but its task "${task.id}" is read_write.`;
      problems.push({ agent: agent.name, task: task.id, field: 'permission', message });
    }
  }
}

function checkModel(
  agent: TeamProposal['agents'][number],
  models: { known: readonly string[] },
  problems: PlanProblem[],
): void {
  if (ModelTier.safeParse(agent.model).success || models.known.includes(agent.model)) return;
  const known = [...ModelTier.options, ...models.known];
  const message = `Agent "${agent.name}" has the model "${agent.model}", which the provider does not offer. Known: ${known.join(', ')}.${meant(agent.model, known)}`;
  problems.push({ agent: agent.name, field: 'model', message });
}

function tasksOf(name: string, proposal: TeamProposal, plan: Plan): Plan['tasks'] {
  const ids = proposal.task_assignments
    .filter((each) => each.agent === name)
    .flatMap((each) => each.tasks);
  return plan.tasks.filter((task) => ids.includes(task.id));
}

function meant(word: string, known: readonly string[]): string {
  const near = closest(word, known);
  return near === undefined ? '' : ` Did you mean "${near}"?`;
}
