/** Events of the change set: its check, its review, apply and revert. */
import * as z from 'zod';
import { WorkIssue } from './answers.ts';
import { FileChange, FileConflict, HunkDecision } from './changes.ts';
import { positive } from './counts.ts';
import { GitObject, TaskId } from './ids.ts';

export const changeEvents = {
  /** The final check of the run head; `nobody` where the checker gave no usable answer. */
  'change:checked': z.object({
    round: positive,
    head: GitObject,
    by: z.enum(['logic checker', 'nobody']),
    passed: z.boolean(),
    summary: z.string(),
    issues: z.array(WorkIssue),
  }),
  'change:ready': z.object({
    base: GitObject,
    head: GitObject,
    files: z.array(FileChange),
    /** Files without hunks that are byte for byte what was decided on in the change set before. */
    asBefore: z.array(z.string()).exactOptional(),
  }),
  'change:decided': z.object({
    path: z.string(),
    /** Ids of the hunks; absent for the whole file. */
    hunks: z.array(z.string()).exactOptional(),
    decision: HunkDecision,
    /** The yes was asked for and given for this file alone. */
    confirmed: z.boolean().exactOptional(),
    by: z.string(),
  }),
  /** The person wrote into the proposal of a file; without `change` it is as it was in the base. */
  'change:edited': z.object({
    path: z.string(),
    /** The proposal of the whole change set from then on, and the run head that later work is on. */
    head: GitObject,
    runHead: GitObject,
    change: FileChange.exactOptional(),
    /** Ids of the hunks with lines of the person's own. */
    edited: z.array(z.string()),
    by: z.string(),
  }),
  /** What the person wants changed goes back to the task that wrote it; the review is closed meanwhile. */
  'change:commented': z.object({
    path: z.string(),
    /** Absent for the file as a whole. */
    hunk: z.string().exactOptional(),
    text: z.string(),
    taskId: TaskId,
    by: z.string(),
  }),
  /** The person asked for the accepted hunks to be written; without them the run is closed. */
  'change:apply': z.object({ by: z.string() }),
  /** Nothing was written; `message` where it is about no single file, e.g. a full disk. */
  'change:refused': z.object({
    files: z.array(z.object({ path: z.string(), reason: z.string() })),
    message: z.string().exactOptional(),
  }),
  /** After `change:refused`: these files have the workspace as it is now as their base. */
  'change:conflict': z.object({ base: GitObject, head: GitObject, files: z.array(FileConflict) }),
  'change:applied': z.object({
    files: z.array(
      z.object({
        path: z.string(),
        status: z.enum(['added', 'modified', 'deleted']),
        renamedFrom: z.string().exactOptional(),
        /** With what was changed in the workspace since the run began. */
        merged: z.literal(true).exactOptional(),
        /** In a document that had unsaved changes and still has. */
        unsaved: z.literal(true).exactOptional(),
      }),
    ),
  }),
  /** What was applied is taken back; `left` stayed as it is. */
  'change:reverted': z.object({
    by: z.string(),
    files: z.array(z.string()),
    left: z.array(z.object({ path: z.string(), reason: z.string() })),
  }),
  /** The process died while it applied or reverted; a later start found this. */
  'change:recovered': z.object({
    id: z.string(),
    kind: z.enum(['apply', 'revert']),
    outcome: z.enum(['applied', 'rolled-back']),
    files: z.array(z.string()),
    /** Changed by somebody else meanwhile, and left as they are. */
    foreign: z.array(z.string()),
  }),
} as const;
