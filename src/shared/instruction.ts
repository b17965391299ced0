/** What a person tells a run, from whatever window or command line: kept until the process that executes the run has taken it up. */
import * as z from 'zod';
import { CeilingSet } from './ceiling.ts';
import { HunkDecision, ReviewComment } from './changes.ts';
import { Decision } from './events.ts';
import { ApprovalId, GitObject, TaskId } from './ids.ts';

export const Instruction = z.discriminatedUnion('do', [
  z.object({ do: z.literal('decide'), approvalId: ApprovalId, decision: Decision }),
  z.object({
    do: z.literal('decide-change'),
    path: z.string(),
    /** Absent: the whole file. */
    hunks: z.array(z.string()).exactOptional(),
    decision: HunkDecision,
  }),
  z.object({
    do: z.literal('edit-change'),
    path: z.string(),
    /** The proposal of the change set that was edited, and what it is to be. */
    basedOn: GitObject,
    head: GitObject,
  }),
  z.object({
    do: z.literal('send-back'),
    comments: z.array(ReviewComment).min(1),
  }),
  z.object({ do: z.literal('apply') }),
  z.object({ do: z.literal('pause') }),
  z.object({ do: z.literal('continue') }),
  z.object({ do: z.literal('cancel') }),
  z.object({ do: z.literal('retry-task'), taskId: TaskId }),
  z.object({ do: z.literal('skip-task'), taskId: TaskId }),
  z.object({ do: z.literal('set-ceiling'), ...CeilingSet.shape }),
]);
export type Instruction = z.infer<typeof Instruction>;
