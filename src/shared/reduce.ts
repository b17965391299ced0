/** Folds a run's events into its state: pure, and the same for engine, panel and resume. */
import { assertNever } from './assert-never.ts';
import type { EventOf, RunEvent } from './events.ts';
import { changeApproval, foldApproval } from './reduce-approvals.ts';
import { foldChanges } from './reduce-changes.ts';
import { foldConversation } from './reduce-conversations.ts';
import { editedTeamOf, editPlan, editTask } from './reduce-edits.ts';
import { foldingMany } from './reduce-parts.ts';
import { editProposal, sendBack } from './reduce-review.ts';
import { limitSet, noSpending, spend, withoutStops } from './reduce-spending.ts';
import {
  addTask,
  foldTask,
  reopenTask,
  unblock,
  withoutChanges,
  withTriesSetBack,
} from './reduce-tasks.ts';
import type { RunState } from './run-state.ts';
import { noUsage } from './usage.ts';

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
