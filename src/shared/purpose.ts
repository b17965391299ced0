/** Who talks to a model, and what each conversation is for. */
import * as z from 'zod';
import { TaskId } from './ids.ts';

/** The five roles, the triage before them and the agent of a `tool` run. */
export const Role = z.enum([
  'triage',
  'assistant',
  'clarifier',
  'task planner',
  'logic checker',
  'orchestrator',
  'code reviewer',
]);
export type Role = z.infer<typeof Role>;

/** What a conversation is for; each kind ends in its own way. */
export const Purpose = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('triage') }),
  z.object({ kind: z.literal('clarify') }),
  z.object({ kind: z.literal('answer') }),
  z.object({ kind: z.literal('plan') }),
  z.object({ kind: z.literal('check-plan'), version: z.number().int().positive() }),
  z.object({ kind: z.literal('team'), version: z.number().int().positive() }),
  z.object({
    kind: z.literal('work'),
    taskId: TaskId,
    /** From 2 on: the person edited the task after it had failed, and another conversation began. */
    edition: z.number().int().positive().exactOptional(),
  }),
  /** The whole change set against the request; `round` counts run heads that were judged. */
  z.object({ kind: z.literal('final-check'), round: z.number().int().positive() }),
  z.object({
    kind: z.enum(['review-code', 'validate-work']),
    taskId: TaskId,
    /** Counts records of the task's lane, so that a resolved conflict is reviewed anew. */
    round: z.number().int().positive(),
  }),
]);
export type Purpose = z.infer<typeof Purpose>;
