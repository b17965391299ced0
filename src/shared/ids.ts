/** The branded identifiers of the vocabulary, so that one kind cannot stand in for another. */
import * as z from 'zod';

export const RunId = z
  .string()
  .regex(/^[a-z0-9-]{1,64}$/)
  .brand('RunId');
export type RunId = z.infer<typeof RunId>;

/** Chosen by the planner; short, because it is typed on the command line and names a lane. */
export const TaskId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'a task id has 1 to 64 letters, digits, dots, dashes or underscores, and begins with a letter or digit',
  )
  .brand('TaskId');
export type TaskId = z.infer<typeof TaskId>;

export const ConversationId = z.string().min(1).brand('ConversationId');
export type ConversationId = z.infer<typeof ConversationId>;

export const TurnId = z.string().min(1).brand('TurnId');
export type TurnId = z.infer<typeof TurnId>;

/** Muster's own id of a tool call; the provider's id stays in the answer's body. */
export const CallId = z.string().min(1).brand('CallId');
export type CallId = z.infer<typeof CallId>;

export const ApprovalId = z.string().min(1).brand('ApprovalId');
export type ApprovalId = z.infer<typeof ApprovalId>;

export const LaneId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/)
  .brand('LaneId');
export type LaneId = z.infer<typeof LaneId>;

/** A git object name, SHA-1 or SHA-256, in full. */
export const GitObject = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/** A large text kept outside the event, by content: SHA-256 of its UTF-8 bytes, and their count. */
export const BodyRef = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
});
export type BodyRef = z.infer<typeof BodyRef>;
