/** What the panel keeps of an edit until it is saved; fields may be empty while they are typed in. */
import * as z from 'zod';
import { Plan, Task } from './plan.ts';
import { TeamMember } from './team.ts';

const DraftTask = Task.extend({
  title: z.string(),
  description: z.string(),
  specialization: z.string(),
  acceptance_criteria: z.array(z.string()),
  model: z.string().exactOptional(),
});
export type DraftTask = z.infer<typeof DraftTask>;

const DraftMember = TeamMember.extend({
  name: z.string(),
  type: z.string(),
  system_prompt: z.string(),
  model: z.string(),
  /** Numbers as typed. */
  limits: z.record(z.string(), z.string()),
});
export type DraftMember = z.infer<typeof DraftMember>;

export const PlanDraft = z.object({
  /** Goes along when it is saved, so that it is known again. */
  id: z.string().default(''),
  /** The hash of what was shown when the edit began. */
  basedOn: z.string(),
  plan: Plan.omit({ tasks: true }).extend({ summary: z.string() }),
  /** `agent` is a key of `agents`, or empty while nobody has the task. */
  tasks: z.array(z.object({ task: DraftTask, agent: z.string() })),
  /** `key` stays while the name is edited. */
  agents: z.array(z.object({ key: z.string(), member: DraftMember })),
});
export type PlanDraft = z.infer<typeof PlanDraft>;
export type TaskDraft = PlanDraft['tasks'][number];
export type AgentDraft = PlanDraft['agents'][number];

/** Of a task while the run executes. */
export const TaskEditDraft = z.object({
  description: z.string(),
  acceptance_criteria: z.array(z.string()),
  agent: z.string(),
  priority: z.number(),
});
export type TaskEditDraft = z.infer<typeof TaskEditDraft>;
