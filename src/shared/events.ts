/** Every event of a run's log. Only ever added to: a log of any release must still fold. */
import * as z from 'zod';
import { Analysis, CodeIssue, Question, WorkIssue } from './answers.ts';
import { CeilingNear, CeilingReached, CeilingSet } from './ceiling.ts';
import { FileChange, FileConflict, HunkDecision } from './changes.ts';
import {
  ApprovalId,
  BodyRef,
  CallId,
  ConversationId,
  GitObject,
  LaneId,
  RunId,
  TaskId,
  TurnId,
} from './ids.ts';
import { Plan, Task } from './plan.ts';
import { ProtectedKind } from './protected-files.ts';
import { AgentName, Team } from './team.ts';
import { Usage } from './usage.ts';

export const eventVersion = 1;

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

export const RunStatus = z.enum([
  /** As many runs as may be are at work in this process. */
  'queued',
  'analyzing',
  'clarifying',
  'planning',
  'checking',
  'mustering',
  'awaiting-approval',
  'executing',
  'reviewing',
  'applying',
  'answering',
  'paused',
  'lapsed',
  'interrupted',
  'completed',
  'failed',
  'rejected',
  'cancelled',
]);
export type RunStatus = z.infer<typeof RunStatus>;

/** What a run that is completed came to. */
export const Outcome = z.enum([
  'answered',
  'applied',
  'nothing-to-apply',
  'none-accepted',
  'discarded',
]);

export const ModelTier = z.enum(['smart', 'balanced', 'fast']);
export type ModelTier = z.infer<typeof ModelTier>;

/**
 * A process group and when it started, so that a later one with its number is not taken for it.
 * `token` stands in the environment of its members, for when the first of them is gone.
 */
export const ProcessRef = z.object({
  group: z.number().int().positive(),
  start: z.string(),
  token: z.string().exactOptional(),
});
export type ProcessRef = z.infer<typeof ProcessRef>;

export const RunLimits = z.object({
  maxAttempts: z.number().int().positive(),
  maxTasks: z.number().int().positive(),
  approvalHours: z.number().positive(),
  /** Ceilings of the run; absent where there is none. */
  maxUsd: z.number().positive().exactOptional(),
  maxTokens: z.number().int().positive().exactOptional(),
  maxMinutes: z.number().positive().exactOptional(),
});

export const LeftOut = z.object({ path: z.string(), reason: z.string() });
export type LeftOut = z.infer<typeof LeftOut>;

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

export const Totals = z.object({
  tasks: z.object({
    planned: z.number().int(),
    done: z.number().int(),
    failed: z.number().int(),
    blocked: z.number().int(),
  }),
  requests: z.number().int(),
  retries: z.number().int(),
  usage: Usage,
  /** US dollars; absent where no price is known for a model that was used. */
  costUsd: z.number().exactOptional(),
  /** Milliseconds from the first event to the last, waiting for the person included. */
  wallMs: z.number(),
  /** Milliseconds of the longest chain of dependent tasks, as they ran. */
  criticalPathMs: z.number(),
  /** Models that were used and have no known price; then there is no `costUsd`. */
  unpriced: z.array(z.string()).exactOptional(),
  /** Milliseconds in which a request was in flight or a tool ran; waiting for the person is none. */
  workMs: z.number().exactOptional(),
  /**
   * The tasks' own working times, summed, over the time in which any task worked: 1 is one after
   * the other, 3 is as fast as three at once. Absent where no task worked.
   */
  speedUp: z.number().exactOptional(),
  /** Input tokens read from the cache over all input tokens, from 0 to 1. */
  cacheHitShare: z.number().exactOptional(),
  /** Requests sent again after a limit or a passing fault. */
  resent: z.number().int().exactOptional(),
  /** Requests that were in flight when the process ended, sent again, and what those used. */
  repeated: z.object({ requests: z.number().int(), usage: Usage }).exactOptional(),
});
export type Totals = z.infer<typeof Totals>;

/** What a try was billed although it failed, where the service said so before it did. */
const billed = z.object({
  model: z.string(),
  usage: Usage,
  costUsd: z.number().nonnegative().exactOptional(),
});

const nonNegative = z.number().int().nonnegative();
const positive = z.number().int().positive();

const bodies = {
  'workflow:start': z.object({
    request: z.string(),
    workspace: z.string(),
    provider: z.string(),
    models: z.record(ModelTier, z.string()),
    limits: RunLimits,
    muster: z.string(),
  }),
  'workflow:status': z.object({ status: RunStatus }),
  /** Taken up again; `repeated` requests were in flight when the log ended. */
  'workflow:resume': z.object({ repeated: nonNegative }),
  'workflow:error': z.object({ code: z.string(), message: z.string() }),
  'workflow:cancel': z.object({ by: z.string() }),
  /** What is under way settles; nothing new begins until `workflow:continue`. */
  'workflow:pause': z.object({ by: z.string() }),
  'workflow:continue': z.object({ by: z.string() }),
  'workflow:results': z.object({ text: z.string() }),
  'workflow:complete': z.object({
    outcome: Outcome,
    totals: Totals,
  }),

  'snapshot:taken': z.object({
    commit: GitObject,
    files: nonNegative,
    leftOut: z.array(LeftOut),
  }),

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

  analysis: Analysis,
  'question:asked': z.object({ approvalId: ApprovalId, questions: z.array(Question) }),
  'question:answered': z.object({
    answers: z.array(
      z.object({
        id: z.string(),
        question: z.string(),
        answer: z.string(),
        defaulted: z.boolean(),
      }),
    ),
  }),
  'plan:created': z.object({ version: positive, plan: Plan }),
  'plan:checked': z.object({
    version: positive,
    by: z.enum(['rules', 'logic checker']),
    passed: z.boolean(),
    issues: z.array(WorkIssue),
    feedback: z.string(),
  }),
  'team:created': z.object({
    version: positive,
    team: Team,
    /** Of plan and team together; what the approval is bound to. */
    hash: z.string(),
  }),
  /** The person changed what waits for approval; the approval is bound to the new hash. */
  'plan:edited': z.object({
    approvalId: ApprovalId,
    version: positive,
    plan: Plan,
    team: Team,
    hash: z.string(),
    by: z.string(),
  }),
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

type Bodies = typeof bodies;
export type EventType = keyof Bodies;

/** An event before the journal gives it its number and time. */
export type EventBody = {
  [Type in EventType]: { type: Type } & z.infer<Bodies[Type]>;
}[EventType];

/** By type; what `docs/events.md` is generated from. */
export const eventBodies: Record<EventType, z.ZodType> = bodies;

const Envelope = z.object({
  v: z.literal(eventVersion),
  /** Counts from 1 without gaps in a run. */
  seq: z.number().int().positive(),
  at: z.iso.datetime(),
  runId: RunId,
});
export type Envelope = z.infer<typeof Envelope>;

export type RunEvent = Envelope & EventBody;
export type EventOf<Type extends EventType> = Extract<RunEvent, { type: Type }>;

const AnyEvent = z.looseObject({
  v: z.number().int().positive(),
  seq: z.number().int().positive(),
  at: z.string(),
  runId: RunId,
  type: z.string(),
});
/** An event of a later version: kept in the log and skipped by the fold. */
export type UnknownEvent = z.infer<typeof AnyEvent>;

/** Of each type, envelope and body in one: a log of thousands of events is parsed at every resume. */
const whole = Object.fromEntries(
  Object.entries(bodies).map(([type, body]) => [
    type,
    z.object({ ...Envelope.shape, type: z.literal(type), ...body.shape }),
  ]),
);

/**
 * Parses one record of a log.
 * @returns the event, or `{ known: false }` for a type or version that this release does not know
 * @throws ZodError when a known event does not fit its schema
 */
export function parseEvent(
  value: unknown,
): { known: true; event: RunEvent } | { known: false; event: UnknownEvent } {
  const schema = schemaOf(value);
  if (schema === undefined) return { known: false, event: AnyEvent.parse(value) };
  return { known: true, event: schema.parse(value) as RunEvent };
}

function schemaOf(value: unknown) {
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('v' in value) || value.v !== eventVersion || !('type' in value)) return undefined;
  const { type } = value;
  return typeof type === 'string' && Object.hasOwn(whole, type) ? whole[type] : undefined;
}
