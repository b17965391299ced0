/** The ready queue and the life of each task: start, work, review, retry, merge. No barrier between levels. */
import type { EventBody } from '../../shared/events.ts';
import { LaneId } from '../../shared/ids.ts';
import { openCeilings, parkedTasks } from '../../shared/parked-tasks.ts';
import { neededReviewers } from '../../shared/reduce-tasks.ts';
import {
  type ApprovalState,
  hasEnded,
  type RunState,
  type TaskState,
  type Verdict,
} from '../../shared/run-state.ts';
import { agentOf } from '../../shared/team.ts';
import { givenUp } from '../budget/given-up.ts';
import { taskGraph } from '../plan/task-graph.ts';
import { reviewFeedbackNote } from '../prompts/feedback.ts';
import { decideFinalCheck } from '../review/decide-final-check.ts';
import { append, type Command } from '../run/command.ts';
import { conversationFor, converse, hasAnswered, hasOpenCall, workOn } from '../run/converse.ts';
import { holdsSlot, isLost, isSettled, type TaskTable, taskTable } from './task-table.ts';

/** A task that waits at a ceiling gives up its slot, too. */
export function slotsHeld(state: RunState): number {
  if (hasEnded(state)) return 0;
  if (openCeilings(state).length === 0) return taskTable(state).slotsHeld;
  const isParked = parkedTasks(state);
  return state.tasks.filter((task) => holdsSlot(task) && !isParked(task)).length;
}

/** Ahead of what has not begun. */
function continueReturning(state: RunState, freeSlots: number): EventBody[] {
  const { returning } = taskTable(state);
  if (returning.length === 0) return [];
  const isParked = parkedTasks(state);
  return returning
    .filter((task) => !isParked(task))
    .slice(0, Math.max(0, freeSlots))
    .map(({ task }) => ({ type: 'task:continue', taskId: task.id }));
}

export function decideExecution(state: RunState, freeSlots: number): Command[] {
  const lost = givenUp(state);
  if (lost.length > 0) return [append(...lost)];
  const table = taskTable(state);
  const reports = [
    ...allowedForRun(state),
    ...blocked(state, table),
    ...completeWaves(state, table),
  ];
  if (reports.length > 0) return [append(...reports)];
  const continued = continueReturning(state, freeSlots);
  if (continued.length > 0) return [append(...continued)];
  const starts = freeSlots > 0 ? startReady(state, table, freeSlots) : [];
  if (starts.length > 0) return [append(...starts)];
  if (table.allSettled) return concludeExecution(state);
  const commands = table.atWork.flatMap((task) => decideTask(state, task));
  const merge = commands.find((command) => command.do === 'merge');
  return commands.filter((command) => command.do !== 'merge' || command === merge);
}

function concludeExecution(state: RunState): Command[] {
  // What a task did before the person sent it back is merged, whatever became of it since.
  if (state.tasks.some((task) => task.status === 'done' || task.wrote !== undefined)) {
    return decideFinalCheck(state) ?? [{ do: 'collect-changes' }];
  }
  const first = state.tasks.find((task) => task.status === 'failed');
  if (!first) return [{ do: 'collect-changes' }];
  const message = `No task passed its review, so there is nothing to apply and the workspace is unchanged. The first failure, in "${first.task.title}": ${first.error ?? ''}`;
  return [append({ type: 'workflow:error', code: 'tasks-failed', message })];
}

/** 'Allow for this run' answers the commands that were waiting already, too. */
function allowedForRun(state: RunState): EventBody[] {
  const covers = (approval: ApprovalState): boolean =>
    state.grants.some(({ prefix }) => prefix === undefined || prefix === approval.prefix);
  return state.approvals
    .filter((each) => each.kind === 'command' && !each.decided && !each.always && covers(each))
    .map(({ approvalId }) => ({
      type: 'approval:decided',
      approvalId,
      by: 'allowed for this run',
      decision: { decision: 'allow-once' },
    }));
}

function blocked(state: RunState, { byId, someLost }: TaskTable): EventBody[] {
  if (!someLost) return [];
  const events: EventBody[] = [];
  for (const { task, status } of state.tasks) {
    if (status !== 'waiting') continue;
    const by = task.dependencies.find((id) => {
      const dependency = byId.get(id);
      return dependency !== undefined && isLost(dependency.status);
    });
    if (by !== undefined) events.push({ type: 'task:blocked', taskId: task.id, by });
  }
  return events;
}

/** Levels are reported, not waited for. */
function completeWaves(state: RunState, { byId }: TaskTable): EventBody[] {
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

function startReady(state: RunState, { ready }: TaskTable, freeSlots: number): EventBody[] {
  const { head, team } = state;
  if (head === undefined || !team) return [];
  const isParked = parkedTasks(state);
  const starting = ready.filter((task) => !isParked(task)).slice(0, freeSlots);
  if (starting.length === 0) return [];
  const events: EventBody[] = newWaves(state, starting);
  for (const { task, edited } of starting) {
    const agent = agentOf(team.team, task.id);
    if (!agent) throw new Error(`Task ${task.id} has no agent`);
    // No task can be named like one of Muster's own lanes.
    const laneId = LaneId.parse(edited ? `edit-${edited.edition}-${task.id}` : `task-${task.id}`);
    events.push({ type: 'task:start', taskId: task.id, agent: agent.name, laneId, base: head });
  }
  return events;
}

function newWaves(state: RunState, starting: readonly TaskState[]): EventBody[] {
  const { levels, levelOf } = taskGraph(state.tasks.map((each) => each.task));
  const begun = new Set(starting.map(({ task }) => levelOf.get(task.id)));
  return [...begun]
    .filter((index) => index !== undefined)
    .sort((left, right) => left - right)
    .filter((index) => !state.waves.some((wave) => wave.level === index + 1))
    .map((index) => ({ type: 'wave:start', level: index + 1, tasks: levels[index] ?? [] }));
}

function decideTask(state: RunState, task: TaskState): Command[] {
  const taskId = task.task.id;
  if (task.returning) return [];
  switch (task.status) {
    case 'running':
    case 'waiting-for-you': {
      if (task.sentBack) return [{ do: 'send-back', taskId }];
      const conversation = conversationFor(state, workOn(task));
      if (conversation && hasAnswered(conversation) && !hasOpenCall(conversation)) {
        return [{ do: 'record', taskId, round: task.round + 1 }];
      }
      return converse(state, workOn(task));
    }
    case 'in-review':
      return decideReview(state, task);
    case 'merging':
      return [completeUnchanged(state, task) ?? { do: 'merge', taskId, round: task.round }];
    case 'waiting':
    case 'done':
    case 'failed':
    case 'blocked':
    case 'skipped':
      return [];
  }
}

/** A task that changed nothing has nothing to merge. */
function completeUnchanged(state: RunState, task: TaskState): Command | undefined {
  const { recorded, attempt } = task;
  if (!recorded || recorded.files.length > 0 || state.head === undefined) return undefined;
  const { summary } = recorded;
  const taskId = task.task.id;
  return append({ type: 'task:complete', taskId, attempt, summary, head: state.head, files: [] });
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
  const conversation = conversationFor(state, workOn(task));
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
