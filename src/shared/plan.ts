/** The plan as the task planner writes it and the person approves it: the input of `generate_plan`. */
import * as z from 'zod';
import { Limits } from './ceiling.ts';
import { TaskId } from './ids.ts';

export const Permission = z.enum(['read_only', 'read_write']);
export type Permission = z.infer<typeof Permission>;

export const Task = z.object({
  id: TaskId.describe('Short and unique in the plan, e.g. "parser-tests".'),
  title: z.string().trim().min(1).max(120).describe('One line that a person reads in a list.'),
  description: z
    .string()
    .trim()
    .min(1)
    .describe(
      'What to do and what to leave alone, for an agent that sees nothing else of the plan.',
    ),
  specialization: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .describe('The specialist that this task needs, e.g. "TypeScript test author".'),
  dependencies: z
    .array(TaskId)
    .describe(
      'Ids of the tasks whose results this one builds on; empty when it can start at once.',
    ),
  priority: z
    .number()
    .int()
    .min(1)
    .max(10)
    .describe('10 goes first among the tasks that could start.'),
  acceptance_criteria: z
    .array(z.string().trim().min(1))
    .min(1)
    .describe('What a checker can verify once the task is done.'),
  permission: Permission.describe('read_only for analysis; read_write when files change.'),
  files: z
    .array(z.string())
    .exactOptional()
    .describe('Files that the task is expected to create, change or delete.'),
  max_output_tokens: z.number().int().positive().exactOptional(),
  model: z.string().min(1).exactOptional().describe('A model id, or smart, balanced or fast.'),
  limits: Limits.exactOptional().describe('Only where the request names a ceiling for this task.'),
});
export type Task = z.infer<typeof Task>;

export const Plan = z.object({
  summary: z.string().trim().min(1).describe('What will be different when the plan is done.'),
  assumptions: z.array(z.string()),
  risks: z.array(z.string()),
  tasks: z.array(Task).min(1),
});
export type Plan = z.infer<typeof Plan>;
