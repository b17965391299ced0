/** The ready queue and the life of each task: start, work, review, retry, merge. No barrier between levels. */
import type { EventBody } from '../../shared/events.ts';
import { LaneId, type TaskId } from '../../shared/ids.ts';
import { neededReviewers } from '../../shared/reduce.ts';
import type { RunState, TaskState, Verdict } from '../../shared/run-state.ts';
import { agentOf } from '../../shared/team.ts';
import { chainsBehind, levelsOf } from '../plan/levels.ts';
import { reviewFeedbackNote } from '../prompts/feedback.ts';
import { decideFinalCheck } from '../review/decide-final-check.ts';
import { append, type Command } from '../run/command.ts';
import { conversationFor, converse, hasOpenCall } from '../run/converse.ts';

export function isSettled(task: TaskState): boolean {
  return ['done', 'failed', 'blocked', 'skipped'].includes(task.status);
}

/** A task holds a slot while it works, is reviewed or merged; not while it waits for the person. */
export function holdsSlot(task: TaskState): boolean {
  return isAtWork(task) && !task.returning;
}

function isAtWork({ status }: TaskState): boolean {
  return status === 'running' || status === 'in-review' || status === 'merging';
}

/** Ahead of what has not begun. */
function continueReturning({ tasks }: RunState, freeSlots: number): EventBody[] {
  const returning = tasks.filter((task) => task.returning && isAtWork(task));
  return returning
    .slice(0, Math.max(0, freeSlots))
    .map(({ task }) => ({ type: 'task:continue', taskId: task.id }));
}

export function decideExecution(state: RunState, freeSlots: number): Command[] {
  const byId: TasksById = new Map(state.tasks.map((task) => [task.task.id, task]));
  const reports = [...allowedForRun(state), ...blocked(state, byId), ...completeWaves(state, byId)];
  if (reports.length > 0) return [append(...reports)];
  const continued = continueReturning(state, freeSlots);
  if (continued.length > 0) return [append(...continued)];
  const starts = freeSlots > 0 ? startReady(state, byId, freeSlots) : [];
  if (starts.length > 0) return [append(...starts)];
  if (state.tasks.every(isSettled)) return concludeExecution(state);
  const commands = state.tasks.flatMap((task) => decideTask(state, task));
  const merge = commands.find((command) => command.do === 'merge');
  return commands.filter((command) => command.do !== 'merge' || command === merge);
}

/** Made once for each look: with a thousand tasks a search for each dependency would be felt. */
type TasksById = ReadonlyMap<TaskId, TaskState>;

function concludeExecution(state: RunState): Command[] {
  if (state.tasks.some((task) => task.status === 'done')) {
    return decideFinalCheck(state) ?? [{ do: 'collect-changes' }];
  }
  const first = state.tasks.find((task) => task.status === 'failed');
  if (!first) return [{ do: 'collect-changes' }];
  const message = `No task passed its review, so there is nothing to apply and the workspace is unchanged. The first failure, in "${first.task.title}": ${first.error ?? ''}`;
  return [append({ type: 'workflow:error', code: 'tasks-failed', message })];
}

/** 'Allow for this run' answers the commands that were waiting already, too. */
function allowedForRun(state: RunState): EventBody[] {
  if (!state.commandsAllowed) return [];
  return state.approvals
    .filter((each) => each.kind === 'command' && !each.decided)
    .map(({ approvalId }) => ({
      type: 'approval:decided',
      approvalId,
      by: 'allowed for this run',
      decision: { decision: 'allow-once' },
    }));
}

function blocked(state: RunState, byId: TasksById): EventBody[] {
  const events: EventBody[] = [];
  if (!state.tasks.some(isLost)) return events;
  for (const { task, status } of state.tasks) {
    if (status !== 'waiting') continue;
    const by = task.dependencies.find((id) => {
      const dependency = byId.get(id);
      return dependency !== undefined && isLost(dependency);
    });
    if (by !== undefined) events.push({ type: 'task:blocked', taskId: task.id, by });
  }
  return events;
}

/** What depends on it cannot begin. */
function isLost({ status }: TaskState): boolean {
  return status === 'failed' || status === 'blocked';
}

/** Levels are reported, not waited for. */
function completeWaves(state: RunState, byId: TasksById): EventBody[] {
  const events: EventBody[] = [];
  for (const { level, tasks, complete } of state.waves) {
    if (complete) continue;
    const states = tasks.flatMap((id) => byId.get(id) ?? []);
    if (!states.every(isSettled)) continue;
    const done = states.filter((each) => each.status === 'done').length;
    events.push({ type: 'wave:complete', level, done, failed: states.length - done });
  }
  return events;
}

function startReady(state: RunState, byId: TasksById, freeSlots: number): EventBody[] {
  const { head, team } = state;
  if (head === undefined || !team) return [];
  const starting = ready(state, byId).slice(0, freeSlots);
  const events: EventBody[] = newWaves(state, starting);
  for (const { task } of starting) {
    const agent = agentOf(team.team, task.id);
    if (!agent) throw new Error(`Task ${task.id} has no agent`);
    // No task can be named like one of Muster's own lanes.
    const laneId = LaneId.parse(`task-${task.id}`);
    events.push({ type: 'task:start', taskId: task.id, agent: agent.name, laneId, base: head });
  }
  return events;
}

/** By priority; among equals first the one at the head of the longest chain of tasks that wait. */
function ready(state: RunState, byId: TasksById): TaskState[] {
  const isMet = (id: TaskId) => ['done', 'skipped'].includes(byId.get(id)?.status ?? '');
  const tasks = state.tasks.filter(
    ({ task, status }) => status === 'waiting' && task.dependencies.every(isMet),
  );
  if (tasks.length < 2) return tasks;
  const chain = chainsBehind(state.tasks.map((each) => each.task));
  return tasks.sort(
    ({ task: left }, { task: right }) =>
      right.priority - left.priority || (chain.get(right.id) ?? 0) - (chain.get(left.id) ?? 0),
  );
}

function newWaves(state: RunState, starting: readonly TaskState[]): EventBody[] {
  if (starting.length === 0) return [];
  return levelsOf(state.tasks.map((each) => each.task)).flatMap((tasks, index) => {
    const known = state.waves.some((wave) => wave.level === index + 1);
    const begins = starting.some((each) => tasks.includes(each.task.id));
    return begins && !known ? [{ type: 'wave:start' as const, level: index + 1, tasks }] : [];
  });
}

function decideTask(state: RunState, task: TaskState): Command[] {
  const taskId = task.task.id;
  if (task.returning) return [];
  switch (task.status) {
    case 'running':
    case 'waiting-for-you': {
      const conversation = conversationFor(state, { kind: 'work', taskId });
      if (conversation?.ended && !hasOpenCall(conversation)) {
        return [{ do: 'record', taskId, round: task.round + 1 }];
      }
      return converse(state, { kind: 'work', taskId });
    }
    case 'in-review':
      return decideReview(state, task);
    case 'merging':
      return [{ do: 'merge', taskId, round: task.round }];
    case 'waiting':
    case 'done':
    case 'failed':
    case 'blocked':
    case 'skipped':
      return [];
  }
}

function decideReview(state: RunState, task: TaskState): Command[] {
  const verdicts = task.verdicts.filter((each) => each.round === task.round);
  const missing = neededReviewers(task).filter(
    (reviewer) => !verdicts.some((each) => each.reviewer === reviewer),
  );
  if (missing.length === 0) return [sendBack(state, task, verdicts)];
  return missing.flatMap((reviewer) =>
    converse(state, {
      kind: reviewer === 'code reviewer' ? 'review-code' : 'validate-work',
      taskId: task.task.id,
      round: task.round,
    }),
  );
}

function sendBack(state: RunState, task: TaskState, verdicts: Verdict[]): Command {
  const taskId = task.task.id;
  const failed = verdicts.filter((each) => !each.passed);
  const summary = failed.map((each) => `${each.reviewer}: ${each.summary}`).join('\n');
  if (task.attempt >= state.limits.maxAttempts) {
    return append({
      type: 'task:error',
      taskId,
      code: 'review-failed',
      message: `Not accepted after ${task.attempt} attempts. ${summary}`,
    });
  }
  const conversation = conversationFor(state, { kind: 'work', taskId });
  if (!conversation) throw new Error(`Task ${taskId} was reviewed without having been worked on`);
  const attempt = task.attempt + 1;
  return {
    do: 'note',
    conversationId: conversation.conversationId,
    turn: conversation.turns.length,
    reason: 'feedback',
    text: reviewFeedbackNote(failed, { attempt, of: state.limits.maxAttempts }),
    also: [{ type: 'task:retry', taskId, attempt, feedback: summary }],
  };
}
