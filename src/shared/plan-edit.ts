/** What the person changes in a plan, a team or one task, and what is wrong with it, beside the field it is about. */
import * as z from 'zod';
import { TaskId } from './ids.ts';
import { Task } from './plan.ts';
import { AgentName } from './team.ts';

/** `task` and `agent` are names as they were sent in, which need not be valid ones. */
export const PlanProblem = z.object({
  task: z.string().exactOptional(),
  agent: z.string().exactOptional(),
  /** A property of the task or the agent; of the plan where neither is named. */
  field: z.string().exactOptional(),
  message: z.string(),
});
export type PlanProblem = z.infer<typeof PlanProblem>;

/** Not parsed yet: what is wrong with an edit is told to the person field by field. */
export type PlanEdit = {
  plan: unknown;
  team: unknown;
  /** The hash of the plan and team that were edited. */
  basedOn: string;
  /** Of the draft that is saved. */
  draftId?: string;
};

/** What is left out stays as it is. */
export const TaskEdit = Task.pick({
  title: true,
  description: true,
  acceptance_criteria: true,
  priority: true,
  permission: true,
})
  .extend({ dependencies: z.array(TaskId), agent: AgentName })
  .partial();
export type TaskEdit = z.infer<typeof TaskEdit>;

export type EditResult = { ok: true } | { ok: false; problems: PlanProblem[] };
