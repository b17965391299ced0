/** What a run looks like after its events: the shape that `reduce` folds into and the panel draws. */

import type * as z from 'zod';
import type { Account, Amount } from './account.ts';
import type { Analysis, CodeIssue, Question, WorkIssue } from './answers.ts';
import type { CeilingReached } from './ceiling.ts';
import type { FileChange, ReviewComment, ReviewedFile } from './changes.ts';
import type { Decision } from './decision.ts';
import type { EventOf } from './events.ts';
import type {
  ApprovalId,
  BodyRef,
  CallId,
  ConversationId,
  LaneId,
  RunId,
  TaskId,
  TurnId,
} from './ids.ts';
import type { LeftOut } from './left-out.ts';
import type { Plan, Task } from './plan.ts';
import type { ProcessRef } from './process-ref.ts';
import type { Purpose } from './purpose.ts';
import type { RunStatus } from './run-status.ts';
import type { Team } from './team.ts';
import type { Totals } from './totals.ts';
import type { Usage } from './usage.ts';

export type CallState = {
  callId: CallId;
  providerId: string;
  name: string;
  title: string;
  /** `waiting`: for the person. `started` at the end of a log means: outcome unknown. */
  status: 'new' | 'waiting' | 'allowed' | 'denied' | 'started' | 'ok' | 'error';
  summary: string;
  content?: BodyRef;
  at?: string;
  /** Of a command, while its outcome is not in the log. */
  process?: ProcessRef;
};

export type TurnState = {
  turnId: TurnId;
  answer: BodyRef;
  text: string;
  stop: 'end' | 'tools' | 'length' | 'refusal';
  calls: CallState[];
  /** A call of this turn did not fit its tool. */
  flawed?: boolean;
  /** Appended by Muster after this turn, in order. */
  notes: BodyRef[];
};

export type ConversationState = {
  conversationId: ConversationId;
  purpose: Purpose;
  agent: string;
  model: string;
  system: BodyRef;
  tools: BodyRef;
  first: BodyRef;
  answerTool?: string;
  laneId?: LaneId;
  maxTurns: number;
  /** Turns that the person's last retry left behind; they count no more to `maxTurns`. */
  turnsBefore?: number;
  maxOutputTokens?: number;
  turns: TurnState[];
  /** Set between `agent:invoke` and its answer. */
  inFlight?: TurnId;
  /** Why the request in flight is being sent again; `until` while everybody waits. */
  trouble?: { message: string; until?: string };
  /** Turns in a row that had to be sent back because of their form. */
  repairs: number;
  /** `ended`: nothing more is asked unless a note is appended. */
  ended: boolean;
  usage: Usage;
  /** US dollars; absent as long as nothing with a price was answered. */
  costUsd?: number;
  /** Tokens that the next request repeats: those of the last one and its answer. */
  context?: number;
  /** Held for the request in flight, where a ceiling applies. */
  reserved?: Amount;
  /** The request in flight was in flight before, when a log ended. */
  repeating?: boolean;
};

export type TaskStatus =
  | 'waiting'
  | 'running'
  | 'waiting-for-you'
  | 'in-review'
  | 'merging'
  | 'done'
  | 'failed'
  | 'blocked'
  | 'skipped';

export type Verdict = {
  reviewer: 'code reviewer' | 'logic checker';
  round: number;
  attempt: number;
  passed: boolean;
  summary: string;
  issues: Array<z.infer<typeof CodeIssue> | WorkIssue>;
};

export type TaskState = {
  task: Task;
  status: TaskStatus;
  /** The person has decided, and no slot is free to go on. */
  returning?: boolean;
  agent?: string;
  /** 1 for the first try. */
  attempt: number;
  /** Counts what was handed in for review, resolved conflicts included. */
  round: number;
  conflicts: number;
  laneId?: LaneId;
  /** The commit that the lane's diff is taken against. */
  base?: string;
  /** The last tree of the lane that the log holds; absent while it is that of `base`. */
  tree?: string;
  recorded?: { round: number; tree: string; summary: string; diff: BodyRef; files: FileChange[] };
  verdicts: Verdict[];
  feedback?: string;
  error?: string;
  blockedBy?: TaskId;
  startedAt?: string;
  endedAt?: string;
  /** What the person sent back and the agent has not been told yet. */
  sentBack?: ReviewComment[];
  /** Paths that attempts before the person sent the task back changed. */
  wrote?: string[];
  /** The person edited the task after it had failed with `error`; see `task:edited`. */
  edited?: { edition: number; again: 'in-place' | 'anew'; error: string };
};

export type ApprovalState = {
  approvalId: ApprovalId;
  kind: EventOf<'approval:requested'>['kind'];
  hash?: string;
  deadline: string;
  taskId?: TaskId;
  callId?: CallId;
  agent?: string;
  command?: string;
  reasons?: string[];
  scripts?: string[];
  hosts?: string[];
  prefix?: string;
  always?: boolean;
  sandboxed?: boolean;
  ceiling?: CeilingReached;
  warned?: boolean;
  lapsed?: boolean;
  decided?: { decision: Decision; by: string; at: string };
};

export type FinalCheck = Omit<EventOf<'change:checked'>, 'v' | 'seq' | 'at' | 'runId' | 'type'>;

export type PlanCheck = Omit<EventOf<'plan:checked'>, 'v' | 'seq' | 'at' | 'runId' | 'type'>;

export type AccountOf<Of extends string> = { of: Of; account: Account };

/** What was spent, and what the person said about ceilings. */
export type Spending = {
  run: Account;
  /** Of roles and agents, by name; an agent's is its work without the reviews of it. */
  agents: Array<AccountOf<string>>;
  /** Of each task, its work and its reviews, in the order in which they began. */
  byTask: Array<AccountOf<TaskId>>;
  /** All tasks together; its working time is that in which any task worked. */
  tasks: Account;
  /** Of requests that were sent again after the process had ended. */
  repeated: Usage;
  /** Over what run, team and plan declare, by `ceilingKey`; `null` took a ceiling away. */
  limits: Record<string, number | null>;
  /** The limit for which a warning was given, by `ceilingKey`. */
  warned: Record<string, number>;
  /** Keys of ceilings at which the person said to stop. */
  stopped: string[];
};

export type RunState = {
  runId: RunId;
  seq: number;
  status: RunStatus;
  request: string;
  workspace: string;
  provider: string;
  models: Record<'smart' | 'balanced' | 'fast', string>;
  limits: EventOf<'workflow:start'>['limits'];
  startedAt: string;
  updatedAt: string;
  snapshot?: { commit: string; files: number; leftOut: LeftOut[] };
  analysis?: z.infer<typeof Analysis>;
  questions?: { approvalId: ApprovalId; questions: Question[] };
  answers?: EventOf<'question:answered'>['answers'];
  /** `version` counts the planner's plans; a plan that failed its check stays until the next one. */
  plan?: { version: number; plan: Plan; editedBy?: string; draftId?: string };
  /** The team as the person had edited it for the plan before. */
  editedTeam?: Team;
  checks: PlanCheck[];
  /** Plans since the person last asked for changes. */
  planAttempts: number;
  /** What the person wants changed in the plan of this version. */
  planFeedback?: { version: number; feedback: string };
  team?: { version: number; team: Team; hash: string };
  /** True once the person has approved what `team.hash` names. */
  approved: boolean;
  rejected?: { feedback?: string };
  approvals: ApprovalState[];
  /** Standing yeses of this run; one without a prefix is for every command. */
  grants: Array<{ grant: ApprovalId; prefix?: string; by: string; at: string }>;
  tasks: TaskState[];
  waves: Array<{ level: number; tasks: TaskId[]; complete: boolean }>;
  conversations: ConversationState[];
  /** The commit that all approved tasks have been merged into. */
  head?: string;
  finalChecks: FinalCheck[];
  /** The task that mends what a final check found; there is at most one. */
  repairTask?: TaskId;
  /** Decisions on hunks of a change set that was taken back, to be kept for the next. */
  earlierDecisions?: ReviewedFile[];
  /** Both sides of the change set that these are about. */
  earlierTrees?: { base: string; head: string };
  changes?: { base: string; head: string; files: ReviewedFile[] };
  applyRequested: boolean;
  applied?: EventOf<'change:applied'>['files'];
  refused?: EventOf<'change:refused'>['files'];
  /** Why nothing was applied, where that is about no single file. */
  refusal?: string;
  reverted?: Pick<EventOf<'change:reverted'>, 'files' | 'left'>;
  /** Applies and reverts that were cut off by the end of their process. */
  recovered?: Array<Omit<EventOf<'change:recovered'>, 'v' | 'seq' | 'at' | 'runId' | 'type'>>;
  results?: string;
  usage: Usage;
  usageByModel: Record<string, Usage>;
  requests: number;
  retries: number;
  /** Requests sent again after a limit or a passing fault. */
  resent: number;
  /** Requests that were in flight when a log ended and were sent again. */
  repeated: number;
  spending: Spending;
  error?: { code: string; message: string };
  cancelled: boolean;
  paused: boolean;
  outcome?: EventOf<'workflow:complete'>['outcome'];
  totals?: Totals;
};

export const endedStatuses: readonly RunStatus[] = ['completed', 'failed', 'rejected', 'cancelled'];

export function hasEnded(state: { status: RunStatus }): boolean {
  return endedStatuses.includes(state.status);
}

/** The approvals that a person still has to decide, oldest first. */
export function openApprovals(state: RunState): ApprovalState[] {
  if (hasEnded(state)) return [];
  return state.approvals.filter((approval) => !approval.decided && !approval.lapsed);
}

/** True when the run goes no further without the person. */
export function waitsForPerson(state: RunState): boolean {
  if (hasEnded(state)) return false;
  return openApprovals(state).length > 0 || state.status === 'reviewing';
}

/** True once changes are applied, until all of them are taken back. */
export function canRevert(state: RunState): boolean {
  if (state.applied === undefined || !hasEnded(state)) return false;
  return state.reverted === undefined || state.reverted.left.length > 0;
}
