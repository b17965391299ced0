/** What happens to a task's lane: its result is recorded for review, and merged when it has passed. */
import type { EventBody } from '../../../shared/events.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { taskById } from '../../../shared/reduce-tasks.ts';
import type { RunState, TaskState } from '../../../shared/run-state.ts';
import { conflictNote } from '../../prompts/feedback.ts';
import { conversationFor, workOn } from '../converse.ts';
import type { RunContext } from '../run-context.ts';

/** Merge conflicts that go back to the agent before the task fails. */
const maxConflicts = 2;

export async function recordTask(
  context: RunContext,
  command: { taskId: TaskId; round: number },
  signal: AbortSignal,
): Promise<EventBody[]> {
  const { staging, journal } = context.ports;
  const { laneId, base, attempt } = startedTask(context.state(), command.taskId);
  await context.enterLane(laneId);
  const tree = await staging.recordTree(laneId, signal);
  const { patch, files } = await staging.diff(base, tree, signal);
  const summary = await finalSummary(context, command.taskId);
  const diff = await journal.putBody(patch);
  const { taskId, round } = command;
  return [{ type: 'task:recorded', taskId, round, attempt, tree, summary, diff, files }];
}

export async function mergeTask(
  context: RunContext,
  command: { taskId: TaskId; round: number },
  signal: AbortSignal,
): Promise<EventBody[]> {
  const { staging, journal } = context.ports;
  const state = context.state();
  const task = startedTask(state, command.taskId);
  const { recorded, laneId, base, attempt } = task;
  const head = state.head;
  if (!recorded || head === undefined) throw new Error(`Task ${command.taskId} was not recorded`);
  const files = recorded.files.map((file) => file.path);
  const complete = (merged: string): EventBody[] => [
    {
      type: 'task:complete',
      taskId: command.taskId,
      attempt,
      summary: recorded.summary,
      head: merged,
      files,
    },
  ];
  const commit = await staging.commit(recorded.tree, base, task.task.title);
  const merge = await staging.merge(head, commit, task.task.title, signal);
  if (merge.clean) {
    context.leaveLane(laneId);
    return complete(merge.head);
  }
  if (task.conflicts >= maxConflicts) {
    const message = `Still in conflict with other tasks after ${maxConflicts} tries, in ${merge.files.join(', ')}.`;
    return [{ type: 'task:error', taskId: command.taskId, code: 'conflict', message }];
  }
  await staging.openLane(laneId, { base: head, tree: merge.tree }, signal);
  const conversation = conversationFor(state, workOn(task));
  if (!conversation) throw new Error(`Task ${command.taskId} has no conversation`);
  return [
    {
      type: 'task:conflict',
      taskId: command.taskId,
      base: head,
      tree: merge.tree,
      files: merge.files,
    },
    {
      type: 'conversation:note',
      conversationId: conversation.conversationId,
      reason: 'conflict',
      note: await journal.putBody(conflictNote(merge.files, merge.notes)),
    },
  ];
}

function startedTask(
  state: RunState,
  taskId: TaskId,
): TaskState & Required<Pick<TaskState, 'laneId' | 'base'>> {
  const task = taskById(state, taskId);
  if (task?.laneId === undefined || task.base === undefined) {
    throw new Error(`Task ${taskId} was not started`);
  }
  return { ...task, laneId: task.laneId, base: task.base };
}

/** What the agent said when it called finish_task last. */
async function finalSummary(context: RunContext, taskId: TaskId): Promise<string> {
  const task = startedTask(context.state(), taskId);
  const calls = conversationFor(context.state(), workOn(task))?.turns.flatMap((turn) => turn.calls);
  const finish = calls?.findLast((call) => call.name === 'finish_task' && call.status === 'ok');
  if (!finish?.content) return '';
  const text = await context.ports.journal.getBody(finish.content);
  return text.split('\n').slice(1).join('\n');
}
