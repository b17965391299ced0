/** Events of conversations: requests, answers, tool calls and commands. */
import * as z from 'zod';
import { nonNegative, positive } from './counts.ts';
import { BodyRef, CallId, ConversationId, GitObject, LaneId, TaskId, TurnId } from './ids.ts';
import { ProcessRef } from './process-ref.ts';
import { ProtectedKind } from './protected-files.ts';
import { Purpose } from './purpose.ts';
import { Usage } from './usage.ts';

/** What a try was billed although it failed, where the service said so before it did. */
const billed = z.object({
  model: z.string(),
  usage: Usage,
  costUsd: z.number().nonnegative().exactOptional(),
});

export const conversationEvents = {
  'conversation:start': z.object({
    conversationId: ConversationId,
    purpose: Purpose,
    /** A role, or the name of an agent. */
    agent: z.string(),
    model: z.string(),
    system: BodyRef,
    tools: BodyRef,
    first: BodyRef,
    /** The tool whose call is the answer; absent where the answer is prose. */
    answerTool: z.string().exactOptional(),
    laneId: LaneId.exactOptional(),
    maxTurns: positive,
    maxOutputTokens: positive.exactOptional(),
  }),
  /** Text that Muster appends for the model after the last turn: feedback or a repair. */
  'conversation:note': z.object({
    conversationId: ConversationId,
    reason: z.enum(['prose', 'truncated', 'feedback', 'conflict']),
    note: BodyRef,
  }),
  /** A request is about to be sent. Without its `agent:answer` it was in flight when the log ended. */
  'agent:invoke': z.object({
    conversationId: ConversationId,
    turnId: TurnId,
    agent: z.string(),
    model: z.string(),
    taskId: TaskId.exactOptional(),
    /** Under a ceiling: the most that the request may take; held until its answer or error. */
    reserved: z
      .object({ tokens: z.number().int().nonnegative(), usd: z.number().exactOptional() })
      .exactOptional(),
  }),
  'agent:answer': z.object({
    conversationId: ConversationId,
    turnId: TurnId,
    answer: BodyRef,
    /** The first 2,000 characters of what the model said in words. */
    text: z.string(),
    /** The model that answered, as the provider reports it. */
    model: z.string(),
    stop: z.enum(['end', 'tools', 'length', 'refusal']),
    usage: Usage,
    /** US dollars by the price table of that day; absent where no price is known for the model. */
    costUsd: z.number().nonnegative().exactOptional(),
    calls: z.array(z.object({ callId: CallId, providerId: z.string(), name: z.string() })),
  }),
  /** A request came to nothing for good; it is no longer in flight. */
  'agent:error': z.object({
    conversationId: ConversationId,
    turnId: TurnId,
    code: z.string(),
    message: z.string(),
    billed: billed.exactOptional(),
  }),
  /** A passing fault: the same request is sent again after `delayMs`. `attempt` counts from 1. */
  'agent:retry': z.object({
    conversationId: ConversationId,
    turnId: TurnId,
    attempt: positive,
    delayMs: nonNegative,
    code: z.string(),
    message: z.string(),
    billed: billed.exactOptional(),
  }),
  /** The service is at its limit: nobody on this model sends before `until`. */
  'limit:paused': z.object({
    conversationId: ConversationId,
    turnId: TurnId,
    model: z.string(),
    until: z.iso.datetime(),
    message: z.string(),
  }),
  'tool:call': z.object({
    conversationId: ConversationId,
    callId: CallId,
    name: z.string(),
    /** One line for a person, e.g. `Edit src/parse.ts`. */
    title: z.string(),
    taskId: TaskId.exactOptional(),
  }),
  /** The process group of a command, in the log before the command does anything. */
  'command:started': z.object({
    conversationId: ConversationId,
    callId: CallId,
    process: ProcessRef,
  }),
  /** New repositories, hooks, editor or agent configuration that a command left in the lane, moved out of it. */
  'command:quarantined': z.object({
    conversationId: ConversationId,
    callId: CallId,
    files: z.array(z.object({ path: z.string(), kind: ProtectedKind })),
    /** Where they are kept. */
    folder: z.string(),
  }),
  'tool:result': z.object({
    conversationId: ConversationId,
    callId: CallId,
    ok: z.boolean(),
    /** True when the input did not fit the tool's schema. */
    invalid: z.boolean().exactOptional(),
    summary: z.string(),
    content: BodyRef,
    taskId: TaskId.exactOptional(),
    /** The lane's tree after a tool that may have changed files. */
    tree: GitObject.exactOptional(),
    command: z
      .object({ line: z.string(), exitCode: z.number().int().nullable(), ms: nonNegative })
      .exactOptional(),
    /** Ends the conversation: the answer was taken, or the task was declared finished. */
    ends: z.boolean().exactOptional(),
  }),
} as const;
