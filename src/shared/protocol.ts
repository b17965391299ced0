/** The panel's protocol: intents one way; snapshot, events and pieces of text the other. Both sides parse. */
import * as z from 'zod';
import { HunkDecision } from './changes.ts';
import { ApprovalId, BodyRef, RunId, TaskId, TurnId } from './ids.ts';
import { PlanProblem } from './plan-edit.ts';
import type { RunState } from './run-state.ts';
import { Outcome, RunStatus } from './run-status.ts';

export const RunSummary = z.object({
  runId: RunId,
  request: z.string(),
  status: RunStatus,
  startedAt: z.string(),
  /** True when the run goes no further without the person. */
  waiting: z.boolean(),
  provider: z.string(),
  /** What a run that is completed came to. */
  outcome: Outcome.exactOptional(),
  /** Why a run failed: the code of its error. */
  failure: z.string().exactOptional(),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** The process that executes a run, where it is another one than this; `host` where it is on another machine. */
const Elsewhere = z.object({ pid: z.number(), host: z.string().exactOptional() });
export type Elsewhere = z.infer<typeof Elsewhere>;

/** Whether a run could be started now, and what to do if not. */
export const Readiness = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ready'),
    provider: z.enum(['anthropic', 'openai', 'vscode', 'demo']),
    folder: z.string(),
    /** Names of the workspace's other folders: a run works in one. */
    others: z.array(z.string()).exactOptional(),
    /** Why commands run without a sandbox here; absent where they have one, or while it is not known. */
    noSandbox: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('no-folder') }),
  z.object({ kind: z.literal('untrusted') }),
  z.object({ kind: z.literal('no-key'), provider: z.string() }),
  z.object({ kind: z.literal('unsupported'), message: z.string() }),
]);
export type Readiness = z.infer<typeof Readiness>;

const inRun = { runId: RunId };
const forApproval = { runId: RunId, approvalId: ApprovalId };

export const Intent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('start'), task: z.string() }),
  /** `null` goes back to the composer. */
  z.object({ type: z.literal('select-run'), runId: RunId.nullable() }),
  z.object({
    type: z.literal('answer'),
    ...forApproval,
    answers: z.record(z.string(), z.string()),
  }),
  z.object({ type: z.literal('approve'), ...forApproval, hash: z.string() }),
  z.object({ type: z.literal('request-changes'), ...forApproval, feedback: z.string() }),
  z.object({ type: z.literal('reject'), ...forApproval }),
  z.object({
    type: z.literal('permission'),
    ...forApproval,
    decision: z.enum(['allow-once', 'allow-run', 'deny']),
    /** With `allow-run`: for commands that begin so alone. */
    prefix: z.string().exactOptional(),
  }),
  z.object({ type: z.literal('revoke-grant'), ...inRun, grant: ApprovalId }),
  /** Opens the terminal that shows the commands of an agent. */
  z.object({ type: z.literal('show-commands'), ...inRun, agent: z.string() }),
  /** `null` takes the ceiling away. */
  z.object({
    type: z.literal('raise-ceiling'),
    ...forApproval,
    limit: z.number().positive().nullable(),
  }),
  z.object({ type: z.literal('stop-at-ceiling'), ...forApproval }),
  /** Opens the diff of a file, or of the first undecided one. */
  z.object({ type: z.literal('review'), ...inRun, path: z.string().exactOptional() }),
  /** Opens the diffs of all files in one editor. */
  z.object({ type: z.literal('review-all'), ...inRun }),
  /** Asks what should be different in a file, and sends it to the agent that wrote it. */
  z.object({ type: z.literal('request-file-changes'), ...inRun, path: z.string() }),
  /** Decides a file, or all of them. */
  z.object({
    type: z.literal('decide'),
    ...inRun,
    path: z.string().exactOptional(),
    decision: HunkDecision,
    /** The button of a protected file, which names it. */
    confirmed: z.boolean().exactOptional(),
  }),
  z.object({ type: z.literal('apply'), ...inRun }),
  z.object({ type: z.literal('revert'), ...inRun }),
  z.object({ type: z.literal('resume'), ...inRun }),
  z.object({ type: z.literal('cancel'), ...inRun }),
  z.object({ type: z.literal('pause'), ...inRun }),
  z.object({ type: z.literal('continue'), ...inRun }),
  z.object({ type: z.literal('retry-task'), ...inRun, taskId: TaskId }),
  z.object({ type: z.literal('skip-task'), ...inRun, taskId: TaskId }),
  /** Answered by `edit-result`, whose `subject` is the approval's id. */
  z.object({
    type: z.literal('edit-plan'),
    ...forApproval,
    /** Not parsed here: what is wrong is told field by field. */
    plan: z.unknown(),
    team: z.unknown(),
    basedOn: z.string(),
    draftId: z.string(),
  }),
  /** Answered by `edit-result`, whose `subject` is the task's id. */
  z.object({ type: z.literal('edit-task'), ...inRun, taskId: TaskId, edit: z.unknown() }),
  /** Answered by `models`. */
  z.object({ type: z.literal('list-models'), ...inRun }),
  z.object({ type: z.literal('body'), ...inRun, ref: BodyRef }),
  z.object({ type: z.literal('set-key') }),
  z.object({ type: z.literal('open-settings') }),
  z.object({ type: z.literal('open-folder') }),
  z.object({ type: z.literal('manage-trust') }),
  z.object({ type: z.literal('show-log') }),
]);
export type Intent = z.infer<typeof Intent>;

/** The state is folded by the same reducer on the other side; its shape is checked as far as it is navigated by. */
const StateSnapshot = z.custom<RunState>(
  (value) =>
    z
      .looseObject({
        runId: RunId,
        seq: z.number(),
        status: RunStatus,
        tasks: z.array(z.unknown()),
      })
      .safeParse(value).success,
);

export const PanelMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('snapshot'),
    readiness: Readiness,
    runs: z.array(RunSummary),
    run: StateSnapshot.nullable(),
    elsewhere: Elsewhere.nullable().exactOptional(),
  }),
  /** One event of the selected run; a gap in `seq` is answered with `ready`. */
  z.object({ type: z.literal('event'), event: z.unknown() }),
  z.object({ type: z.literal('runs'), runs: z.array(RunSummary) }),
  z.object({
    type: z.literal('text'),
    runId: RunId,
    turnId: TurnId,
    conversationId: z.string(),
    offset: z.number().int().nonnegative(),
    text: z.string(),
  }),
  z.object({ type: z.literal('body'), ref: BodyRef, text: z.string() }),
  /** Without problems the edit was saved. */
  z.object({
    type: z.literal('edit-result'),
    runId: RunId,
    subject: z.string(),
    problems: z.array(PlanProblem),
  }),
  z.object({ type: z.literal('models'), runId: RunId, ids: z.array(z.string()) }),
  /** Puts the cursor in the composer, with a text if one is given. */
  z.object({ type: z.literal('compose'), task: z.string().exactOptional() }),
  z.object({ type: z.literal('problem'), message: z.string() }),
]);
export type PanelMessage = z.infer<typeof PanelMessage>;
