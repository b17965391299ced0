/** What becomes of a run by what a person tells it: from the state as it is then to the events that say so. */
import { type HunkDecision, lacksOwnYes } from '../../shared/changes.ts';
import type { Decision } from '../../shared/decision.ts';
import type { EventBody } from '../../shared/events.ts';
import type { ApprovalId, TaskId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { protectionWords } from '../../shared/protected-files.ts';
import { taskById } from '../../shared/reduce-tasks.ts';
import { hasEnded, type RunState, type TaskState } from '../../shared/run-state.ts';
import type { Clock } from '../ports.ts';
import { checkDecision } from './check-decision.ts';
import { deadlineFrom } from './deadline.ts';

/** @throws MusterError `wrong-decision`, as all of these do where they do not fit the run */
export function decided(
  state: RunState,
  { approvalId, decision, by }: { approvalId: ApprovalId; decision: Decision; by: string },
): EventBody[] {
  checkDecision(state, approvalId, decision);
  return [{ type: 'approval:decided', approvalId, by, decision }];
}

/** `hunks` absent means the whole file; `confirmed`: the person was asked about this file by itself. */
export type ChangeDecision = {
  path: string;
  hunks?: string[];
  decision: HunkDecision;
  confirmed?: boolean;
};

export function changeDecided(state: RunState, which: ChangeDecision, by: string): EventBody[] {
  requireReview(state);
  const file = state.changes?.files.find((each) => each.path === which.path);
  if (!file) throw wrong(`${which.path} is not in the change set.`);
  const unknown = which.hunks?.find((id) => !file.hunks.some((hunk) => hunk.id === id));
  if (unknown !== undefined) {
    throw wrong(`This change of ${which.path} is no longer there; look at the diff again.`);
  }
  if (which.decision === 'accepted' && !which.confirmed && lacksOwnYes(file)) {
    throw new MusterError(
      'protected',
      `${which.path} is protected${file.protected ? `: ${protectionWords[file.protected]}` : ''}. It was not accepted. Look at its diff, and accept it by itself.`,
    );
  }
  return [{ type: 'change:decided', ...which, by }];
}

export function grantRevoked(state: RunState, grant: ApprovalId, by: string): EventBody[] {
  if (!state.grants.some((each) => each.grant === grant)) {
    throw wrong('This rule was taken back already.');
  }
  return [{ type: 'grant:revoked', grant, by }];
}

export function applyAsked(state: RunState, by: string): EventBody[] {
  requireReview(state);
  return [{ type: 'change:apply', by }];
}

/** A lapsed question is put up again. */
export function renewed(
  state: RunState,
  approvalId: ApprovalId,
  { by, clock }: { by: string; clock: Clock },
): EventBody[] {
  const approval = state.approvals.find((each) => each.approvalId === approvalId);
  if (!approval?.lapsed || hasEnded(state)) {
    throw wrong('This question has not lapsed; decide on it as it stands.');
  }
  const deadline = deadlineFrom(clock, state.limits.approvalHours);
  return [{ type: 'approval:renewed', approvalId, deadline, by }];
}

export function taskRetried(state: RunState, taskId: TaskId, by: string): EventBody[] {
  requireTask(state, taskId, { verb: 'tried again', statuses: ['failed'] });
  return [{ type: 'task:reopen', taskId, by }];
}

export function taskSkipped(state: RunState, taskId: TaskId, by: string): EventBody[] {
  requireTask(state, taskId, { verb: 'skipped', statuses: ['failed', 'blocked', 'waiting'] });
  return [{ type: 'task:skip', taskId, by }];
}

function requireTask(
  state: RunState,
  taskId: TaskId,
  { verb, statuses }: { verb: string; statuses: readonly TaskState['status'][] },
): void {
  const task = taskById(state, taskId);
  if (!task) throw wrong(`There is no task "${taskId}" in this run.`);
  if (hasEnded(state)) throw wrong(`The run has ended (${state.status}).`);
  if (!statuses.includes(task.status)) {
    throw wrong(
      `Task "${taskId}" is ${task.status}; only a task that is ${statuses.join(' or ')} can be ${verb}.`,
    );
  }
}

export function requireReview(state: RunState): void {
  if (state.status === 'reviewing') return;
  const now = hasEnded(state) ? `has ended (${state.status})` : `is ${state.status}`;
  throw wrong(`The run ${now}; there are no changes to decide on now.`);
}

function wrong(message: string): MusterError {
  return new MusterError('wrong-decision', message);
}
