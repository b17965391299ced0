/** Folds a run's events into its state: pure, and the same for engine, panel and resume. */
import { exact, tokensOf } from './account.ts';
import { assertNever } from './assert-never.ts';
import type { Ceiling } from './ceiling.ts';
import type { Decision, EventBody, EventOf, RunEvent } from './events.ts';
import type { TaskId } from './ids.ts';
import { covers } from './parked-tasks.ts';
import { editedTeamOf, editPlan, editTask } from './reduce-edits.ts';
import {
  changeCall,
  changeConversation,
  changeTask,
  foldingMany,
  withLast,
} from './reduce-parts.ts';
import { among, editProposal, markSince, sendBack } from './reduce-review.ts';
import { limitSet, noSpending, spend, stoppedAt, withoutStops } from './reduce-spending.ts';
import type { ConversationState, RunState, TaskState } from './run-state.ts';
import { addUsage, noUsage } from './usage.ts';

/**
 * @param state undefined before the first event
 * @throws Error when the log does not begin with `workflow:start`
 */
export function reduce(state: RunState | undefined, event: RunEvent): RunState {
  if (event.type === 'workflow:start') return begin(event);
  if (!state) throw new Error(`A run's log begins with workflow:start, not ${event.type}`);
  return { ...fold(spend(state, event), event), seq: event.seq, updatedAt: event.at };
}

/** @param before what the events follow on; absent for a whole log */
export function reduceAll(events: readonly RunEvent[], before?: RunState): RunState | undefined {
  return foldingMany(() => {
    let state = before;
    for (const event of events) state = reduce(state, event);
    return state;
  });
}

function begin(event: EventOf<'workflow:start'>): RunState {
  return {
    runId: event.runId,
    seq: event.seq,
    status: 'analyzing',
    request: event.request,
    workspace: event.workspace,
    provider: event.provider,
    models: event.models,
    limits: event.limits,
    startedAt: event.at,
    updatedAt: event.at,
    checks: [],
    planAttempts: 0,
    approved: false,
    approvals: [],
    grants: [],
    tasks: [],
    waves: [],
    finalChecks: [],
    conversations: [],
    applyRequested: false,
    usage: noUsage,
    usageByModel: {},
    requests: 0,
    retries: 0,
    resent: 0,
    repeated: 0,
    spending: noSpending,
    cancelled: false,
    paused: false,
  };
}

function fold(state: RunState, event: Exclude<RunEvent, EventOf<'workflow:start'>>): RunState {
  switch (event.type) {
    case 'workflow:status':
      return { ...state, status: event.status };
    case 'workflow:resume':
      return takeUp(state);
    case 'workflow:error':
      return { ...state, error: { code: event.code, message: event.message } };
    case 'workflow:cancel':
      return { ...state, cancelled: true };
    case 'workflow:pause':
      return { ...state, paused: true };
    case 'workflow:continue':
      return { ...state, paused: false };
    case 'workflow:results':
      return { ...state, results: event.text };
    case 'workflow:complete':
      return { ...state, outcome: event.outcome, totals: event.totals };
    case 'snapshot:taken':
      return {
        ...state,
        snapshot: { commit: event.commit, files: event.files, leftOut: event.leftOut },
        head: event.commit,
      };
    case 'conversation:start':
    case 'conversation:note':
    case 'agent:invoke':
    case 'agent:answer':
    case 'agent:error':
    case 'agent:retry':
    case 'limit:paused':
    case 'tool:call':
    case 'command:started':
    case 'tool:result':
      return foldConversation(state, event);
    case 'analysis':
      return {
        ...state,
        analysis: {
          strategy: event.strategy,
          reasoning: event.reasoning,
          needs_clarification: event.needs_clarification,
        },
      };
    case 'question:asked':
      return {
        ...state,
        questions: { approvalId: event.approvalId, questions: event.questions },
      };
    case 'question:answered':
      return { ...state, answers: event.answers };
    case 'plan:created':
      return withPlan(state, event);
    case 'plan:checked': {
      const { version, by, passed, issues, feedback } = event;
      return { ...state, checks: [...state.checks, { version, by, passed, issues, feedback }] };
    }
    case 'team:created':
      return {
        ...state,
        team: { version: event.version, team: event.team, hash: event.hash },
        approved: false,
      };
    case 'plan:edited':
      return editPlan(state, event);
    case 'approval:requested':
    case 'approval:decided':
      return foldApproval(state, event);
    case 'command:quarantined':
      return state;
    case 'grant:revoked':
      return { ...state, grants: state.grants.filter((each) => each.grant !== event.grant) };
    case 'approval:warned':
      return changeApproval(state, event.approvalId, (each) => ({ ...each, warned: true }));
    case 'approval:lapsed':
      return changeApproval(state, event.approvalId, (each) => ({ ...each, lapsed: true }));
    case 'approval:renewed':
      return changeApproval(state, event.approvalId, ({ warned: _, lapsed: __, ...each }) => ({
        ...each,
        deadline: event.deadline,
      }));
    case 'budget:set':
      return limitSet(state, event);
    case 'budget:warning':
      // Noted by `spend`.
      return state;
    case 'wave:start':
      return {
        ...state,
        waves: [...state.waves, { level: event.level, tasks: event.tasks, complete: false }],
      };
    case 'wave:complete':
      return {
        ...state,
        waves: state.waves.map((wave) =>
          wave.level === event.level ? { ...wave, complete: true } : wave,
        ),
      };
    case 'task:start':
    case 'task:recorded':
    case 'review:result':
    case 'task:retry':
    case 'task:conflict':
    case 'task:complete':
    case 'task:error':
    case 'task:blocked':
    case 'task:skip':
    case 'task:continue':
      return foldTask(state, event);
    case 'task:added':
      return addTask(state, event);
    case 'change:checked': {
      const { round, head, by, passed, summary, issues } = event;
      const check = { round, head, by, passed, summary, issues };
      return { ...state, finalChecks: [...state.finalChecks, check] };
    }
    case 'task:reopen':
      return reopenTask(state, event.taskId);
    case 'task:edited':
      return unblock(withoutChanges(editTask(state, event)));
    case 'change:commented':
      return withoutChanges(sendBack(state, event));
    case 'change:edited':
      return editProposal(state, event);
    case 'change:ready':
    case 'change:decided':
    case 'change:apply':
    case 'change:refused':
    case 'change:conflict':
    case 'change:applied':
    case 'change:reverted':
    case 'change:recovered':
      return foldChanges(state, event);
    default:
      return assertNever(event);
  }
}

function withPlan(state: RunState, event: EventOf<'plan:created'>): RunState {
  const { team: _, planFeedback: __, ...rest } = state;
  return {
    ...rest,
    ...editedTeamOf(state),
    plan: { version: event.version, plan: event.plan },
    planAttempts: state.planAttempts + 1,
    approved: false,
  };
}

type ConversationEvent = EventOf<
  | 'conversation:start'
  | 'conversation:note'
  | 'agent:invoke'
  | 'agent:answer'
  | 'agent:error'
  | 'agent:retry'
  | 'limit:paused'
  | 'tool:call'
  | 'command:started'
  | 'tool:result'
>;

function foldConversation(state: RunState, event: ConversationEvent): RunState {
  switch (event.type) {
    case 'conversation:start': {
      const { v: _, seq: __, at: ___, runId: ____, ...start } = event;
      return { ...state, conversations: withLast(state.conversations, newConversation(start)) };
    }
    case 'conversation:note': {
      const repair = event.reason === 'prose' || event.reason === 'truncated';
      return changeConversation(state, event.conversationId, (conversation) => ({
        ...conversation,
        ended: false,
        repairs: repair ? conversation.repairs + 1 : 0,
        turns: conversation.turns.map((turn, index) =>
          index === conversation.turns.length - 1
            ? { ...turn, notes: [...turn.notes, event.note] }
            : turn,
        ),
      }));
    }
    case 'agent:invoke': {
      // Announced before and never answered: the process died with it, and it is sent again.
      let repeated = 0;
      const sent = changeConversation(state, event.conversationId, (conversation) => {
        if (conversation.inFlight === event.turnId) repeated = 1;
        return {
          ...conversation,
          inFlight: event.turnId,
          ...(event.reserved ? { reserved: event.reserved } : {}),
          ...(repeated ? { repeating: true } : {}),
        };
      });
      return { ...sent, requests: sent.requests + 1, repeated: sent.repeated + repeated };
    }
    case 'agent:answer':
      return foldAnswer(state, event);
    case 'agent:error':
      return changeConversation(
        billed(state, event),
        event.conversationId,
        ({ inFlight: _, trouble: __, reserved: ___, repeating: ____, ...rest }) => rest,
      );
    case 'agent:retry':
      return changeConversation(
        billed({ ...state, requests: state.requests + 1, resent: state.resent + 1 }, event),
        event.conversationId,
        (conversation) => ({ ...conversation, trouble: { message: event.message } }),
      );
    case 'limit:paused':
      return changeConversation(
        { ...state, requests: state.requests + 1, resent: state.resent + 1 },
        event.conversationId,
        (conversation) => ({
          ...conversation,
          trouble: { message: event.message, until: event.until },
        }),
      );
    case 'tool:call':
      return changeCall(state, event, (call) => ({
        ...call,
        title: event.title,
        status: 'started',
        at: event.at,
      }));
    case 'command:started':
      return changeCall(state, event, (call) => ({ ...call, process: event.process }));
    case 'tool:result': {
      const called = changeCall(state, event, ({ process: _, ...call }) => ({
        ...call,
        status: event.ok ? 'ok' : 'error',
        summary: event.summary,
        content: event.content,
      }));
      const ended = changeConversation(called, event.conversationId, (conversation) =>
        withResult(conversation, event),
      );
      const { taskId, tree } = event;
      if (taskId === undefined || tree === undefined) return ended;
      return changeTask(ended, taskId, (task) => ({ ...task, tree }));
    }
    default:
      return assertNever(event);
  }
}

export function newConversation({
  type: _,
  ...start
}: Extract<EventBody, { type: 'conversation:start' }>): ConversationState {
  return { ...start, turns: [], repairs: 0, ended: false, usage: noUsage };
}

/** A turn is sent back once, however many of its calls did not fit. */
function withResult(
  conversation: ConversationState,
  { invalid, ends }: EventOf<'tool:result'>,
): ConversationState {
  const ended = conversation.ended || ends === true;
  const last = conversation.turns.at(-1);
  if (!invalid || !last || last.flawed) return { ...conversation, ended };
  return {
    ...conversation,
    ended,
    repairs: conversation.repairs + 1,
    turns: conversation.turns.with(-1, { ...last, flawed: true }),
  };
}

/** A turn whose calls all fitted ends the row. */
function repairsAfter({ repairs, turns }: ConversationState): number {
  const last = turns.at(-1);
  return last && last.calls.length > 0 && !last.flawed ? 0 : repairs;
}

/** A try that failed and was billed all the same. */
function billed(state: RunState, event: EventOf<'agent:error' | 'agent:retry'>): RunState {
  if (!event.billed) return state;
  const { model, usage } = event.billed;
  const before = state.usageByModel[model] ?? noUsage;
  const counted = {
    ...state,
    usage: addUsage(state.usage, usage),
    usageByModel: { ...state.usageByModel, [model]: addUsage(before, usage) },
  };
  return changeConversation(counted, event.conversationId, (each) => ({
    ...each,
    usage: addUsage(each.usage, usage),
    ...costSum(each, event.billed ?? {}),
  }));
}

function costSum(
  conversation: ConversationState,
  { costUsd }: { costUsd?: number },
): { costUsd?: number } {
  return costUsd === undefined ? {} : { costUsd: exact((conversation.costUsd ?? 0) + costUsd) };
}

function foldAnswer(state: RunState, event: EventOf<'agent:answer'>): RunState {
  const before = state.usageByModel[event.model] ?? noUsage;
  const counted = {
    ...state,
    usage: addUsage(state.usage, event.usage),
    usageByModel: { ...state.usageByModel, [event.model]: addUsage(before, event.usage) },
  };
  return changeConversation(counted, event.conversationId, (conversation) => {
    const { inFlight: _, trouble: __, reserved: ___, repeating: ____, ...rest } = conversation;
    const saysAllInProse =
      conversation.answerTool === undefined && event.calls.length === 0 && event.stop === 'end';
    return {
      ...rest,
      ended: saysAllInProse,
      repairs: repairsAfter(conversation),
      usage: addUsage(conversation.usage, event.usage),
      ...costSum(conversation, event),
      context: tokensOf(event.usage),
      turns: [
        ...conversation.turns,
        {
          turnId: event.turnId,
          answer: event.answer,
          text: event.text,
          stop: event.stop,
          calls: event.calls.map((call) => ({
            ...call,
            title: call.name,
            status: 'new' as const,
            summary: '',
          })),
          notes: [],
        },
      ],
    };
  });
}

function foldApproval(
  state: RunState,
  event: EventOf<'approval:requested' | 'approval:decided'>,
): RunState {
  if (event.type === 'approval:requested') {
    const { v: _, seq: __, at: ___, runId: ____, type: _____, ...approval } = event;
    const asked = { ...state, approvals: [...state.approvals, approval] };
    return setCallAndTask(asked, event, 'waiting', 'waiting-for-you');
  }
  const approval = state.approvals.find((each) => each.approvalId === event.approvalId);
  if (!approval || approval.decided) return state;
  const { decision, by, at } = event;
  const decided = {
    ...state,
    approvals: state.approvals.map((each) =>
      each === approval ? { ...each, decided: { decision, by, at } } : each,
    ),
  };
  return foldDecision(decided, approval, { decision, by, at });
}

function changeApproval(
  state: RunState,
  approvalId: RunState['approvals'][number]['approvalId'],
  change: (approval: RunState['approvals'][number]) => RunState['approvals'][number],
): RunState {
  const approvals = state.approvals.map((each) =>
    each.approvalId === approvalId ? change(each) : each,
  );
  return { ...state, approvals };
}

function foldDecision(
  state: RunState,
  approval: RunState['approvals'][number],
  { decision, by, at }: { decision: Decision; by: string; at: string },
): RunState {
  switch (decision.decision) {
    case 'answer':
      return state;
    case 'approve':
      return approveTasks(state);
    case 'request-changes':
      return {
        ...state,
        planAttempts: 0,
        planFeedback: { version: state.plan?.version ?? 0, feedback: decision.feedback },
      };
    case 'reject':
      return {
        ...state,
        rejected: decision.feedback === undefined ? {} : { feedback: decision.feedback },
      };
    case 'allow-once':
      return setCallAndTask(state, approval, 'allowed', 'running');
    case 'allow-run': {
      const prefix = decision.prefix === undefined ? {} : { prefix: decision.prefix };
      const grants = [...state.grants, { grant: approval.approvalId, ...prefix, by, at }];
      return setCallAndTask({ ...state, grants }, approval, 'allowed', 'running');
    }
    case 'deny':
      return setCallAndTask(state, approval, 'denied', 'running');
    case 'raise':
      return approval.ceiling ? raised(state, approval.ceiling, decision.limit) : state;
    case 'stop':
      return approval.ceiling ? stoppedAt(state, approval.ceiling) : state;
    default:
      return assertNever(decision);
  }
}

/** What was parked had given up its slot, and waits for one to go on. */
function raised(state: RunState, ceiling: Ceiling, limit: number | null): RunState {
  const tasks = state.tasks.map((task) =>
    worksOn(task) && covers(state, ceiling, task) ? { ...task, returning: true } : task,
  );
  return limitSet({ ...state, tasks }, { ...ceiling, limit });
}

function worksOn({ status }: TaskState): boolean {
  return status === 'running' || status === 'in-review' || status === 'merging';
}

function approveTasks(state: RunState): RunState {
  const tasks = (state.plan?.plan.tasks ?? []).map(newTask);
  return { ...state, approved: true, tasks };
}

function newTask(task: TaskState['task']): TaskState {
  return { task, status: 'waiting', attempt: 0, round: 0, conflicts: 0, verdicts: [] };
}

function addTask(state: RunState, { task, agent }: EventOf<'task:added'>): RunState {
  const { team } = state;
  if (!team) return state;
  const assignments = [...team.team.task_assignments, { agent, tasks: [task.id] }];
  return {
    ...state,
    repairTask: task.id,
    tasks: [...state.tasks, newTask(task)],
    team: { ...team, team: { ...team.team, task_assignments: assignments } },
  };
}

function setCallAndTask(
  state: RunState,
  approval: Pick<RunState['approvals'][number], 'callId' | 'taskId' | 'command'>,
  call: 'waiting' | 'allowed' | 'denied',
  task: TaskState['status'],
): RunState {
  const { callId, taskId, command } = approval;
  if (callId === undefined) return state;
  const conversation = state.conversations.find((each) =>
    each.turns.some((turn) => turn.calls.some((one) => one.callId === callId)),
  );
  if (!conversation) return state;
  const { conversationId } = conversation;
  const called = changeCall(state, { conversationId, callId }, (each) => ({
    ...each,
    title: command === undefined ? each.title : `Run ${command}`,
    status: call,
  }));
  if (taskId === undefined) return called;
  if (task !== 'running') return changeTask(called, taskId, (each) => ({ ...each, status: task }));
  return changeTask(called, taskId, (each) => ({ ...each, status: task, returning: true }));
}

type TaskEvent = EventOf<
  | 'task:start'
  | 'task:recorded'
  | 'review:result'
  | 'task:retry'
  | 'task:conflict'
  | 'task:complete'
  | 'task:error'
  | 'task:blocked'
  | 'task:skip'
  | 'task:continue'
>;

function foldTask(state: RunState, event: TaskEvent): RunState {
  const changed = changeTask(state, event.taskId, ({ returning: _, ...task }) =>
    foldOneTask(task, event),
  );
  if (event.type === 'task:skip') return unblock(withoutChanges(changed));
  if (event.type === 'task:retry') return { ...changed, retries: changed.retries + 1 };
  if (event.type === 'task:complete') return { ...changed, head: event.head };
  return changed;
}

function foldOneTask(task: TaskState, event: TaskEvent): TaskState {
  switch (event.type) {
    case 'task:start':
      return {
        ...task,
        status: 'running',
        agent: event.agent,
        attempt: 1,
        laneId: event.laneId,
        base: event.base,
        startedAt: event.at,
      };
    case 'task:recorded': {
      const { round, tree, summary, diff, files } = event;
      return {
        ...task,
        status: 'in-review',
        round,
        recorded: { round, tree, summary, diff, files },
      };
    }
    case 'review:result': {
      const { reviewer, round, passed, summary, issues } = event;
      const verdicts = [
        ...task.verdicts,
        { reviewer, round, attempt: task.attempt, passed, summary, issues },
      ];
      return { ...task, verdicts, status: passedAll(task, verdicts) ? 'merging' : task.status };
    }
    case 'task:retry': {
      const { sentBack: _, ...rest } = task;
      return { ...rest, status: 'running', attempt: event.attempt, feedback: event.feedback };
    }
    case 'task:conflict':
      return {
        ...task,
        status: 'running',
        base: event.base,
        tree: event.tree,
        conflicts: task.conflicts + 1,
      };
    case 'task:continue':
      return task;
    case 'task:complete':
      return { ...task, status: 'done', endedAt: event.at };
    case 'task:error':
      return { ...task, status: 'failed', error: event.message, endedAt: event.at };
    case 'task:blocked':
      return { ...task, status: 'blocked', blockedBy: event.by };
    case 'task:skip': {
      const { blockedBy: _, ...rest } = task;
      return { ...rest, status: 'skipped', endedAt: event.at };
    }
    default:
      return assertNever(event);
  }
}

/** A run that had failed is taken up with its counters of tries set back. */
function takeUp(state: RunState): RunState {
  const { error, ...rest } = withoutStops(state);
  if (!error) return state;
  return {
    ...rest,
    status: 'analyzing',
    planAttempts: 0,
    conversations: rest.conversations.map(withTriesSetBack),
  };
}

function reopenTask(state: RunState, taskId: TaskId): RunState {
  const reopened = changeTask(
    state,
    taskId,
    ({ error: _, endedAt: __, blockedBy: ___, ...task }) => {
      const status = statusWhenReopened(task);
      // What is recorded or merged next has an attempt; objections count it up themselves.
      const attempt = status === 'running' || status === 'merging' ? 1 : 0;
      const returning = status === 'waiting' ? {} : { returning: true };
      return { ...task, status, ...returning, attempt, conflicts: 0 };
    },
  );
  const conversations = reopened.conversations.map((each) =>
    'taskId' in each.purpose && each.purpose.taskId === taskId ? withTriesSetBack(each) : each,
  );
  return withoutStops(unblock(withoutChanges({ ...reopened, conversations })));
}

function withTriesSetBack(conversation: ConversationState): ConversationState {
  return { ...conversation, repairs: 0, turnsBefore: conversation.turns.length };
}

/** Where the work stopped: before it began, before a merge, after objections, or in the middle. */
function statusWhenReopened(task: Omit<TaskState, 'error'>): TaskState['status'] {
  if (task.laneId === undefined) return 'waiting';
  if (task.recorded?.round === task.round && passedAll(task, task.verdicts)) return 'merging';
  const objected = task.verdicts.some((each) => each.round === task.round && !each.passed);
  return objected ? 'in-review' : 'running';
}

/** What was blocked waits again; `decide` blocks anew what still has to be. */
function unblock(state: RunState): RunState {
  const tasks = state.tasks.map(({ blockedBy, ...task }) =>
    task.status === 'blocked'
      ? { ...task, status: 'waiting' as const }
      : { ...task, ...(blockedBy === undefined ? {} : { blockedBy }) },
  );
  return { ...state, tasks };
}

/** The change set is collected anew; decisions on hunks that come again are kept. */
function withoutChanges(state: RunState): RunState {
  const { changes, refused: _, refusal: __, ...rest } = state;
  if (!changes) return state;
  const { base, head, files } = changes;
  return { ...rest, earlierDecisions: files, earlierTrees: { base, head } };
}

/** Reviewers that must pass what was handed in; a task without a diff has no code to review. */
export function neededReviewers(task: TaskState): Array<'code reviewer' | 'logic checker'> {
  return (task.recorded?.files.length ?? 0) > 0
    ? ['code reviewer', 'logic checker']
    : ['logic checker'];
}

function passedAll(task: TaskState, verdicts: TaskState['verdicts']): boolean {
  return neededReviewers(task).every((reviewer) =>
    verdicts.some((each) => each.reviewer === reviewer && each.round === task.round && each.passed),
  );
}

function foldChanges(
  state: RunState,
  event: EventOf<
    | 'change:ready'
    | 'change:decided'
    | 'change:apply'
    | 'change:refused'
    | 'change:conflict'
    | 'change:applied'
    | 'change:reverted'
    | 'change:recovered'
  >,
): RunState {
  switch (event.type) {
    case 'change:ready': {
      const { earlierDecisions: earlier } = state;
      const { base, head, asBefore = [] } = event;
      const files = event.files.map((file) => withDecisions(file, earlier ?? [], asBefore));
      const marked = earlier ? markSince(files, { earlier, asBefore }) : files;
      return { ...state, changes: { base, head, files: marked } };
    }
    case 'change:decided': {
      if (!state.changes) return state;
      const files = state.changes.files.map((file) =>
        file.path === event.path ? decideHunks(file, event) : file,
      );
      return { ...state, changes: { ...state.changes, files } };
    }
    case 'change:apply': {
      const { refused: _, refusal: __, ...rest } = state;
      return { ...rest, applyRequested: true };
    }
    case 'change:refused': {
      const { refusal: _, ...rest } = state;
      const { files: refused, message } = event;
      const because = message === undefined ? {} : { refusal: message };
      return { ...rest, applyRequested: false, refused, ...because };
    }
    case 'change:conflict': {
      if (!state.changes) return state;
      const known = state.changes.files;
      const files = [
        ...known.flatMap((file) => onNewBase(file, event)),
        ...apartFrom(known, event),
      ];
      return { ...state, changes: { base: event.base, head: event.head, files } };
    }
    case 'change:applied':
      return { ...state, applied: event.files };
    case 'change:reverted':
      return { ...state, reverted: { files: event.files, left: event.left } };
    case 'change:recovered': {
      const { id, kind, outcome, files, foreign } = event;
      const found = { id, kind, outcome, files, foreign };
      return { ...state, recovered: [...(state.recovered ?? []), found] };
    }
    default:
      return assertNever(event);
  }
}

type Reviewed = NonNullable<RunState['changes']>['files'][number];

function withDecisions(
  file: EventOf<'change:ready'>['files'][number],
  earlier: readonly Reviewed[],
  asBefore: readonly string[],
): Reviewed {
  const same = earlier.find((each) => each.path === file.path);
  // A yes to a protected file is for what was seen then.
  const counts = (decision: Reviewed['whole'] | undefined) =>
    decision !== undefined && !(file.protected !== undefined && decision === 'accepted');
  const kept = file.hunks.flatMap(({ id }) => {
    const decision = same?.decisions[id];
    return decision !== undefined && counts(decision) ? [[id, decision] as const] : [];
  });
  const whole = same && asBefore.includes(file.path) && counts(same.whole) ? same.whole : undefined;
  return { ...file, decisions: Object.fromEntries(kept), whole: whole ?? 'undecided' };
}

/** Decisions on hunks that are the same as before stay. */
function onNewBase(file: Reviewed, { files }: EventOf<'change:conflict'>): Reviewed[] {
  const conflict = files.find((each) => each.path === file.path);
  if (!conflict) return [file];
  const { reason, places, change } = conflict;
  if (!change) return [];
  const edited = file.edited && { edited: among(change, file.edited) };
  return [{ ...withDecisions(change, [file], []), ...edited, conflict: { reason, places } }];
}

/** What was one file until it moved on, e.g. the old name of a renamed one. */
function apartFrom(known: readonly Reviewed[], { files }: EventOf<'change:conflict'>): Reviewed[] {
  const paths = new Set(known.map(({ path }) => path));
  return files.flatMap(({ path, reason, places, change }) =>
    change && !paths.has(path)
      ? [{ ...withDecisions(change, [], []), conflict: { reason, places } }]
      : [],
  );
}

function decideHunks(file: Reviewed, event: EventOf<'change:decided'>): Reviewed {
  const ids = event.hunks ?? file.hunks.map((hunk) => hunk.id);
  const decisions = { ...file.decisions };
  for (const id of ids) decisions[id] = event.decision;
  const { confirmed: before, ...rest } = file;
  const confirmed =
    event.decision === 'accepted' ? event.confirmed || before : event.hunks && before;
  const whole = event.hunks ? file.whole : event.decision;
  return { ...rest, decisions, whole, ...(confirmed ? { confirmed } : {}) };
}

export function taskById(state: RunState, taskId: TaskId): TaskState | undefined {
  return state.tasks.find((task) => task.task.id === taskId);
}
