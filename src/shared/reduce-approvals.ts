/** Folds questions to the person and their decisions. */
import { assertNever } from './assert-never.ts';
import type { Ceiling } from './ceiling.ts';
import type { Decision } from './decision.ts';
import type { EventOf } from './events.ts';
import { covers } from './parked-tasks.ts';
import { changeCall, changeTask } from './reduce-parts.ts';
import { limitSet, stoppedAt } from './reduce-spending.ts';
import { newTask } from './reduce-tasks.ts';
import type { RunState, TaskState } from './run-state.ts';

export function foldApproval(
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

export function changeApproval(
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
