/** From a run's state to everything that must be under way now. Pure: a resume asks it again. */

import { hasEnded, type RunState } from '../../shared/run-state.ts';
import type { RunStatus } from '../../shared/run-status.ts';
import type { Pricing } from '../budget/reservation.ts';
import { withinCeilings } from '../budget/within-ceilings.ts';
import { decidePlanning, planPassed } from '../plan/decide-planning.ts';
import { decideExecution } from '../schedule/decide-execution.ts';
import { taskTable } from '../schedule/task-table.ts';
import { append, type Command } from './command.ts';
import { completion } from './completion.ts';
import { converse } from './converse.ts';
import { decideDeadlines } from './decide-deadlines.ts';

export type Surroundings = {
  /** How many more tasks may start, over all runs. */
  freeSlots: number;
  /** Milliseconds since 1970. */
  now: number;
  /** Absent: prices are those of the provider that the run began with. */
  pricing?: Omit<Pricing, 'now'>;
};

/**
 * @returns the commands in the order of their urgency; `append` commands come alone, because what
 *   they say may change all others. Empty when the run has ended or only a person can go on.
 */
export function decide(state: RunState, surroundings: Surroundings): Command[] {
  if (hasEnded(state)) return [];
  const due = decideDeadlines(state, surroundings.now);
  if (due.length > 0) return due;
  const status = statusOf(state);
  if (status !== state.status) return [append({ type: 'workflow:status', status })];
  const commands = decideIn(status, state, surroundings);
  const appended = commands.filter((command) => command.do === 'append');
  if (appended.length > 0) return appended;
  const { now, pricing = { provider: state.provider } } = surroundings;
  return withinCeilings(state, commands, { ...pricing, now });
}

/** The phase that a state is in, by what has happened in it. */
export function statusOf(state: RunState): RunStatus {
  if (state.cancelled) return 'cancelled';
  if (state.error) return 'failed';
  if (state.rejected) return 'rejected';
  if (state.outcome) return 'completed';
  if (state.approvals.some((each) => each.lapsed)) return 'lapsed';
  if (state.paused) return 'paused';
  if (!state.analysis) return 'analyzing';
  if (state.analysis.strategy !== 'simple' && needsAnswers(state)) return 'clarifying';
  if (state.analysis.strategy !== 'complex') return 'answering';
  return complexStatus(state);
}

function needsAnswers(state: RunState): boolean {
  return state.analysis?.needs_clarification === true && state.answers === undefined;
}

function complexStatus(state: RunState): RunStatus {
  const wantsPlan = !state.plan || state.planFeedback !== undefined;
  if (wantsPlan || planPassed(state) === false) return 'planning';
  if (planPassed(state) === undefined) return 'checking';
  if (!state.team) return 'mustering';
  if (!state.approved) return 'awaiting-approval';
  if (!taskTable(state).allSettled || !state.changes) return 'executing';
  return state.applyRequested ? 'applying' : 'reviewing';
}

function decideIn(status: RunStatus, state: RunState, surroundings: Surroundings): Command[] {
  switch (status) {
    case 'analyzing':
      return converse(state, { kind: 'triage' });
    case 'clarifying':
      return decideClarifying(state);
    case 'answering':
      return decideAnswering(state);
    case 'planning':
    case 'checking':
    case 'mustering':
    case 'awaiting-approval':
      return state.snapshot ? decidePlanning(state) : [{ do: 'snapshot' }];
    case 'executing':
      return decideExecution(state, surroundings.freeSlots);
    case 'reviewing':
      return decideReviewing(state);
    case 'applying':
      return state.applied ? completion(state, 'applied') : [{ do: 'apply' }];
    case 'queued':
    case 'paused':
    case 'lapsed':
    case 'interrupted':
    case 'completed':
    case 'failed':
    case 'rejected':
    case 'cancelled':
      return [];
  }
}

function decideClarifying(state: RunState): Command[] {
  if (!state.questions) return converse(state, { kind: 'clarify' });
  const { approvalId, questions } = state.questions;
  const approval = state.approvals.find((each) => each.approvalId === approvalId);
  const decision = approval?.decided?.decision;
  if (decision?.decision !== 'answer') return [];
  const answers = questions.map((question) => {
    const answered = Object.hasOwn(decision.answers, question.id);
    const given = answered ? decision.answers[question.id]?.trim() : undefined;
    return {
      id: question.id,
      question: question.question,
      answer: given || question.default,
      defaulted: !given,
    };
  });
  return [append({ type: 'question:answered', answers })];
}

function decideAnswering(state: RunState): Command[] {
  if (state.results !== undefined) return completion(state, 'answered');
  if (state.analysis?.strategy === 'tool' && !state.snapshot) return [{ do: 'snapshot' }];
  return converse(state, { kind: 'answer' });
}

function decideReviewing(state: RunState): Command[] {
  if (state.changes?.files.length === 0) return completion(state, 'nothing-to-apply');
  return [];
}
