/** What the other roles answer with: the inputs of their tools, as the contract names them. */
import * as z from 'zod';
import { TaskId } from './ids.ts';

export const Strategy = z.enum(['simple', 'tool', 'complex']);

export const Analysis = z.object({
  strategy: Strategy.describe(
    'simple: answer from general knowledge, no files needed. tool: one agent answers by reading files. complex: files must change, or several steps are needed.',
  ),
  reasoning: z.string().describe('One or two sentences.'),
  needs_clarification: z
    .boolean()
    .describe('True only when different readings would lead to different work.'),
});
export type Analysis = z.infer<typeof Analysis>;

export const Question = z.object({
  id: z.string().min(1).max(40),
  question: z.string().trim().min(1),
  why: z.string().trim().min(1).describe('What the answer decides.'),
  options: z.array(z.string().min(1)).max(6).exactOptional(),
  default: z.string().min(1).describe('Taken when the person does not answer.'),
});
export type Question = z.infer<typeof Question>;

export const Questions = z.object({ questions: z.array(Question).min(1).max(5) });

export const Severity = z.enum(['critical', 'major', 'minor', 'info']);

export const WorkIssue = z.object({
  severity: Severity,
  task_id: TaskId.exactOptional(),
  message: z.string().min(1),
  suggestion: z.string().exactOptional(),
});
export type WorkIssue = z.infer<typeof WorkIssue>;

export const WorkValidation = z.object({
  passed: z.boolean(),
  issues: z.array(WorkIssue),
  feedback: z.string().describe('What to change, addressed to whoever did the work.'),
});
export type WorkValidation = z.infer<typeof WorkValidation>;

export const CodeIssue = z.object({
  severity: Severity,
  file: z.string(),
  line: z.number().int().positive().exactOptional(),
  message: z.string().min(1),
  suggestion: z.string().exactOptional(),
});
export type CodeIssue = z.infer<typeof CodeIssue>;

export const CodeReview = z.object({
  approved: z.boolean(),
  summary: z.string(),
  issues: z.array(CodeIssue),
});
export type CodeReview = z.infer<typeof CodeReview>;
