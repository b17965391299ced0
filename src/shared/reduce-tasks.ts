/** Folds the way of a task: tries, reviews, merges, and what the person does to it. */
import { assertNever } from './assert-never.ts';
import type { EventOf } from './events.ts';
import type { TaskId } from './ids.ts';
import { changeTask } from './reduce-parts.ts';
import { withoutStops } from './reduce-spending.ts';
import type { ConversationState, RunState, TaskState } from './run-state.ts';

export function newTask(task: TaskState['task']): TaskState {
  return { task, status: 'waiting', attempt: 0, round: 0, conflicts: 0, verdicts: [] };
}

export function addTask(state: RunState, { task, agent }: EventOf<'task:added'>): RunState {
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

export function foldTask(state: RunState, event: TaskEvent): RunState {
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

export function reopenTask(state: RunState, taskId: TaskId): RunState {
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

export function withTriesSetBack(conversation: ConversationState): ConversationState {
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
export function unblock(state: RunState): RunState {
  const tasks = state.tasks.map(({ blockedBy, ...task }) =>
    task.status === 'blocked'
      ? { ...task, status: 'waiting' as const }
      : { ...task, ...(blockedBy === undefined ? {} : { blockedBy }) },
  );
  return { ...state, tasks };
}

/** The change set is collected anew; decisions on hunks that come again are kept. */
export function withoutChanges(state: RunState): RunState {
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

export function taskById(state: RunState, taskId: TaskId): TaskState | undefined {
  return state.tasks.find((task) => task.task.id === taskId);
}
