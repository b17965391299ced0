/** What a person is asked, and what they can answer. */
import * as z from 'zod';

export const ApprovalKind = z.enum(['questions', 'plan', 'command', 'budget']);

export const Decision = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('answer'), answers: z.record(z.string(), z.string()) }),
  z.object({
    decision: z.literal('approve'),
    /** The hash of the plan and team that were shown. */
    hash: z.string(),
  }),
  z.object({ decision: z.literal('request-changes'), feedback: z.string().trim().min(1) }),
  z.object({ decision: z.literal('reject'), feedback: z.string().exactOptional() }),
  z.object({ decision: z.literal('allow-once') }),
  /** With a prefix for commands that begin so, else for every command, as far as the question allows. */
  z.object({ decision: z.literal('allow-run'), prefix: z.string().min(1).exactOptional() }),
  z.object({ decision: z.literal('deny') }),
  /** A new ceiling in the unit of the one that was reached; `null` takes it away. */
  z.object({ decision: z.literal('raise'), limit: z.number().positive().nullable() }),
  /** Nothing more is asked below the ceiling: the task fails, or the run ends with what is done. */
  z.object({ decision: z.literal('stop') }),
]);
export type Decision = z.infer<typeof Decision>;
