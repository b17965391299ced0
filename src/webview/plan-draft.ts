/** The person's unsaved edit of a plan and team: what the fields hold, and what is sent when it is saved. */

import {
  type DraftMember,
  type DraftTask,
  PlanDraft,
  type TaskDraft,
} from '../shared/edit-draft.ts';
import { ModelTier } from '../shared/events.ts';
import { TaskId } from '../shared/ids.ts';
import { Plan } from '../shared/plan.ts';
import type { RunState } from '../shared/run-state.ts';
import { Team } from '../shared/team.ts';

export function draftOf({ plan: { tasks, ...plan }, team, hash }: Shown): PlanDraft {
  const agents = team.agents.map((agent, index) => ({
    key: `agent-${index + 1}`,
    member: { ...agent, limits: limitsAsTyped(agent.limits ?? {}) },
  }));
  const keyOf = (id: TaskId) => {
    const name = team.task_assignments.find((each) => each.tasks.includes(id))?.agent;
    return agents.find((each) => each.member.name === name)?.key ?? '';
  };
  return {
    basedOn: hash,
    plan,
    tasks: tasks.map((task) => ({ task, agent: keyOf(task.id) })),
    agents,
  };
}

export type Shown = { plan: Plan; team: Team; hash: string };

type Proposal = { plan: unknown; team: unknown };

/** As it was stored by this or another version of the panel. */
export function parseDraft(stored: string | undefined): PlanDraft | undefined {
  if (!stored) return undefined;
  try {
    return PlanDraft.parse(JSON.parse(stored));
  } catch {
    // A draft that no longer fits cannot be shown.
    return undefined;
  }
}

/** What is sent: whatever the fields hold, for the extension to check. */
export function proposalOf(draft: PlanDraft): Proposal {
  const { assumptions, risks } = draft.plan;
  const tasks = draft.tasks.map(({ task: { model = '', files = [], ...task } }) => ({
    ...task,
    acceptance_criteria: filled(task.acceptance_criteria),
    ...(filled(files).length > 0 ? { files: filled(files) } : {}),
    ...(model === '' ? {} : { model }),
  }));
  const agents = draft.agents.map(({ member: { limits, ...member } }) => ({
    ...member,
    skills: filled(member.skills),
    ...limitsToSend(limits),
  }));
  const assignments = draft.agents.flatMap(({ key, member }) => {
    const own = draft.tasks.filter((each) => each.agent === key).map((each) => each.task.id);
    return own.length > 0 ? [{ agent: member.name, tasks: own }] : [];
  });
  return {
    plan: { ...draft.plan, assumptions: filled(assumptions), risks: filled(risks), tasks },
    team: { agents, task_assignments: assignments },
  };
}

export type DraftStanding = 'unchanged' | 'unsaved' | 'stale' | 'settled';

/**
 * What saving would do: `stale` is an edit of what somebody else edited since. `settled` was saved,
 * and a reload of the panel kept the result from arriving.
 */
export function standingOf(
  draft: PlanDraft,
  shown: Shown,
  models: RunState['models'],
): DraftStanding {
  const [mine, now] = [proposalOf(draft), proposalOf(draftOf(shown))];
  if (draft.basedOn === shown.hash) {
    return JSON.stringify(mine) === JSON.stringify(now) ? 'unchanged' : 'unsaved';
  }
  const saved = asSaved(mine, models);
  return saved !== undefined && saved === asSaved(now, models) ? 'settled' : 'stale';
}

/** As a saved edit comes back: trimmed, in the order of the schemas, an agent's model by its id. */
function asSaved(proposal: Proposal, models: RunState['models']): string | undefined {
  const [plan, team] = [Plan.safeParse(proposal.plan), Team.safeParse(proposal.team)];
  if (!plan.success || !team.success) return undefined;
  const agents = team.data.agents.map((agent) => {
    const tier = ModelTier.safeParse(agent.model);
    return tier.success ? { ...agent, model: models[tier.data] } : agent;
  });
  return JSON.stringify([plan.data, agents, team.data.task_assignments]);
}

export function changeTask(draft: PlanDraft, id: TaskId, part: Partial<TaskDraft>): PlanDraft {
  const tasks = draft.tasks.map((each) => (each.task.id === id ? { ...each, ...part } : each));
  return { ...draft, tasks };
}

/** The new task is the last. */
export function addTask(draft: PlanDraft): PlanDraft {
  const taken = new Set(draft.tasks.map((each) => each.task.id.toLowerCase()));
  const task: DraftTask = {
    id: TaskId.parse(firstFree('added', taken)),
    title: '',
    description: '',
    specialization: '',
    dependencies: [],
    priority: 5,
    acceptance_criteria: [],
    permission: 'read_write',
  };
  return { ...draft, tasks: [...draft.tasks, { task, agent: draft.agents[0]?.key ?? '' }] };
}

/** Nothing waits for the task any more. */
export function removeTask(draft: PlanDraft, id: TaskId): PlanDraft {
  const tasks = draft.tasks
    .filter((each) => each.task.id !== id)
    .map((each) => ({ ...each, task: without(each.task, id) }));
  return { ...draft, tasks };
}

export function changeAgent(draft: PlanDraft, key: string, part: Partial<DraftMember>): PlanDraft {
  const agents = draft.agents.map((each) =>
    each.key === key ? { ...each, member: { ...each.member, ...part } } : each,
  );
  return { ...draft, agents };
}

/** The new agent is the last. */
export function addAgent(draft: PlanDraft): PlanDraft {
  const key = firstFree('agent', new Set(draft.agents.map((each) => each.key)));
  const member: DraftMember = {
    name: '',
    type: '',
    system_prompt: '',
    skills: [],
    tools: ['file_read', 'search'],
    model: 'balanced',
    permission: 'read_only',
    limits: {},
  };
  return { ...draft, agents: [...draft.agents, { key, member }] };
}

/** Its tasks are left without an agent until the person gives them another. */
export function removeAgent(draft: PlanDraft, key: string): PlanDraft {
  return {
    ...draft,
    agents: draft.agents.filter((each) => each.key !== key),
    tasks: draft.tasks.map((each) => (each.agent === key ? { ...each, agent: '' } : each)),
  };
}

function without(task: DraftTask, id: TaskId): DraftTask {
  if (!task.dependencies.includes(id)) return task;
  return { ...task, dependencies: task.dependencies.filter((each) => each !== id) };
}

function firstFree(word: string, taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(`${word}-${number}`)) number += 1;
  return `${word}-${number}`;
}

function filled(lines: readonly string[]): string[] {
  return lines.filter((line) => line.trim() !== '');
}

function limitsAsTyped(limits: Readonly<Record<string, number | undefined>>) {
  return Object.fromEntries(
    Object.entries(limits).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

/** What is no number is sent as it is, to be named as a problem. */
function limitsToSend(limits: Readonly<Record<string, string>>): { limits?: unknown } {
  const given = Object.entries(limits).filter(([, text]) => text.trim() !== '');
  if (given.length === 0) return {};
  return {
    limits: Object.fromEntries(
      given.map(([name, text]) => [name, Number.isNaN(Number(text)) ? text : Number(text)]),
    ),
  };
}
