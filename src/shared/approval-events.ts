/** Events of questions to the person, standing answers and ceilings. */
import * as z from 'zod';
import { CeilingNear, CeilingReached, CeilingSet } from './ceiling.ts';
import { ApprovalKind, Decision } from './decision.ts';
import { ApprovalId, CallId, TaskId } from './ids.ts';

export const approvalEvents = {
  'approval:requested': z.object({
    approvalId: ApprovalId,
    kind: ApprovalKind,
    hash: z.string().exactOptional(),
    deadline: z.iso.datetime(),
    taskId: TaskId.exactOptional(),
    callId: CallId.exactOptional(),
    agent: z.string().exactOptional(),
    command: z.string().exactOptional(),
    /** Why a command asks, each in words. */
    reasons: z.array(z.string()).exactOptional(),
    /** Scripts of the repository that the command runs, by name and text. */
    scripts: z.array(z.string()).exactOptional(),
    /** Hosts that a yes opens for this command. */
    hosts: z.array(z.string()).exactOptional(),
    /** What a rule for commands like this begins with. */
    prefix: z.string().exactOptional(),
    /** No standing yes covers it: each asks by itself. */
    always: z.boolean().exactOptional(),
    sandboxed: z.boolean().exactOptional(),
    /** Of a `budget`: the ceiling that was reached. */
    ceiling: CeilingReached.exactOptional(),
  }),
  /** A standing yes is taken back; `grant` is the question that it was given to. */
  'grant:revoked': z.object({ grant: ApprovalId, by: z.string() }),
  /** The deadline is an hour away. */
  'approval:warned': z.object({ approvalId: ApprovalId }),
  /** The deadline has passed. What was asked is kept, and can be asked again. */
  'approval:lapsed': z.object({ approvalId: ApprovalId }),
  /** A lapsed question is put up again, with a new deadline. */
  'approval:renewed': z.object({
    approvalId: ApprovalId,
    deadline: z.iso.datetime(),
    by: z.string(),
  }),
  'approval:decided': z.object({
    approvalId: ApprovalId,
    by: z.string(),
    decision: Decision,
  }),
  /** Four fifths of a ceiling are spent. */
  'budget:warning': CeilingNear,
  /** The person set a ceiling that had not been reached. */
  'budget:set': CeilingSet.extend({ by: z.string() }),
} as const;
