/** Events of tasks and their reviews. */
import * as z from 'zod';
import { CodeIssue, WorkIssue } from './answers.ts';
import { FileChange } from './changes.ts';
import { nonNegative, positive } from './counts.ts';
import { BodyRef, GitObject, LaneId, TaskId } from './ids.ts';
import { Task } from './plan.ts';
import { AgentName } from './team.ts';

export const taskEvents = {
  /** A task that the plan did not have; it works on what all others have done. */
  'task:added': z.object({ task: Task, agent: AgentName }),
  'task:start': z.object({
    taskId: TaskId,
    agent: AgentName,
    laneId: LaneId,
    /** The run head that the lane starts from. */
    base: GitObject,
  }),
  /** A task that waited for the person has a slot again. */
  'task:continue': z.object({ taskId: TaskId }),
  'wave:start': z.object({ level: positive, tasks: z.array(TaskId) }),
  'wave:complete': z.object({ level: positive, done: nonNegative, failed: nonNegative }),
  /** What the lane holds after an attempt, ready to be reviewed. */
  'task:recorded': z.object({
    taskId: TaskId,
    attempt: positive,
    round: positive,
    tree: GitObject,
    summary: z.string(),
    diff: BodyRef,
    files: z.array(FileChange),
  }),
  'review:result': z.object({
    taskId: TaskId,
    round: positive,
    reviewer: z.enum(['code reviewer', 'logic checker']),
    passed: z.boolean(),
    summary: z.string(),
    issues: z.array(z.union([CodeIssue, WorkIssue])),
  }),
  'task:retry': z.object({ taskId: TaskId, attempt: positive, feedback: z.string() }),
  'task:conflict': z.object({
    taskId: TaskId,
    /** The run head that the lane now stands on, and the tree with both sides marked. */
    base: GitObject,
    tree: GitObject,
    files: z.array(z.string()),
  }),
  'task:complete': z.object({
    taskId: TaskId,
    attempt: positive,
    summary: z.string(),
    head: GitObject,
    files: z.array(z.string()),
  }),
  'task:error': z.object({ taskId: TaskId, code: z.string(), message: z.string() }),
  'task:blocked': z.object({ taskId: TaskId, by: TaskId }),
  /** The person has a failed task tried again, with all its attempts. */
  'task:reopen': z.object({ taskId: TaskId, by: z.string() }),
  /**
   * The person changed a task that is not under way. One that had failed is tried again: `in-place`
   * on what its lane holds, or `anew` once its changed dependencies are met.
   */
  'task:edited': z.object({
    taskId: TaskId,
    task: Task,
    agent: AgentName,
    again: z.enum(['in-place', 'anew']).exactOptional(),
    by: z.string(),
  }),
  /** The person does without a task: what depends on it goes on as if it were done. */
  'task:skip': z.object({ taskId: TaskId, by: z.string() }),
} as const;
