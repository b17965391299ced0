/** What a person tells a run, from whatever window or command line: kept until the process that executes the run has taken it up. */
import * as z from 'zod';
import { CeilingSet } from './ceiling.ts';
import { HunkDecision, ReviewComment } from './changes.ts';
import { Decision } from './decision.ts';
import { ApprovalId, GitObject, TaskId } from './ids.ts';
import { Plan } from './plan.ts';
import { TaskEdit } from './plan-edit.ts';
import { Team } from './team.ts';

export const Instruction = z.discriminatedUnion('do', [
  z.object({ do: z.literal('decide'), approvalId: ApprovalId, decision: Decision }),
  z.object({
    do: z.literal('decide-change'),
    path: z.string(),
    /** Absent: the whole file. */
    hunks: z.array(z.string()).exactOptional(),
    decision: HunkDecision,
    /** The person was asked about this file by itself: a yes to a protected one needs it. */
    confirmed: z.boolean().exactOptional(),
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
  z.object({
    do: z.literal('apply'),
    /** How many instructions right before it were given together with it: none may be refused. */
    behind: z.number().int().nonnegative().exactOptional(),
  }),
  /** Of a run that has ended. */
  z.object({ do: z.literal('revert') }),
  z.object({ do: z.literal('pause') }),
  z.object({ do: z.literal('continue') }),
  z.object({ do: z.literal('cancel') }),
  z.object({ do: z.literal('retry-task'), taskId: TaskId }),
  z.object({ do: z.literal('skip-task'), taskId: TaskId }),
  /** Takes back a standing yes; `grant` is the question that it was given to. */
  z.object({ do: z.literal('revoke-grant'), grant: ApprovalId }),
  z.object({ do: z.literal('set-ceiling'), ...CeilingSet.shape }),
  /** Checked before it was recorded, and again by who carries it out. */
  z.object({
    do: z.literal('edit-plan'),
    approvalId: ApprovalId,
    plan: Plan,
    team: Team,
    /** The hash of the plan and team that were edited: the first edit of them counts. */
    basedOn: z.string(),
    draftId: z.string().exactOptional(),
  }),
  z.object({ do: z.literal('edit-task'), taskId: TaskId, edit: TaskEdit }),
]);
export type Instruction = z.infer<typeof Instruction>;
