/** Which conversations belong to a task or to a step of the run, kept identical while nothing in them changes. */
import { assertNever } from '../shared/assert-never.ts';
import type { TaskId } from '../shared/ids.ts';
import type { Purpose } from '../shared/purpose.ts';
import type { CallState, ConversationState } from '../shared/run-state.ts';

export type Grouped = {
  /** Those of the run itself, in order. */
  steps: readonly ConversationState[];
  byTask: ReadonlyMap<TaskId, readonly ConversationState[]>;
};

const none: readonly ConversationState[] = [];

/** @param before the last grouping: a group that did not change is returned as the same array */
export function groupConversations(
  conversations: readonly ConversationState[],
  before?: Grouped,
): Grouped {
  const steps: ConversationState[] = [];
  const byTask = new Map<TaskId, ConversationState[]>();
  for (const conversation of conversations) {
    const taskId = taskOf(conversation.purpose);
    if (taskId === undefined) {
      steps.push(conversation);
      continue;
    }
    const group = byTask.get(taskId);
    if (group) group.push(conversation);
    else byTask.set(taskId, [conversation]);
  }
  return {
    steps: keepSame(steps, before?.steps),
    byTask: new Map(
      [...byTask].map(([taskId, group]) => [taskId, keepSame(group, before?.byTask.get(taskId))]),
    ),
  };
}

export function conversationsOf(grouped: Grouped, taskId: TaskId): readonly ConversationState[] {
  return grouped.byTask.get(taskId) ?? none;
}

/** All calls of some conversations, in the order in which they were asked for within each. */
export function callsOf(conversations: readonly ConversationState[]): CallState[] {
  return conversations.flatMap((each) => each.turns.flatMap((turn) => turn.calls));
}

/** The conversation that is under way, the newest if several are. */
export function underWay(
  conversations: readonly ConversationState[],
): ConversationState | undefined {
  return conversations.findLast((each) => each.inFlight !== undefined || !each.ended);
}

export function stepTitle(purpose: Purpose): string {
  switch (purpose.kind) {
    case 'triage':
      return 'Read the request';
    case 'clarify':
      return 'Prepare questions';
    case 'answer':
      return 'Answer';
    case 'plan':
      return 'Write the plan';
    case 'check-plan':
      return `Check the plan, version ${purpose.version}`;
    case 'team':
      return 'Muster the team';
    case 'final-check':
      return 'Check everything together';
    case 'work':
      return 'Do the task';
    case 'review-code':
      return 'Review the code';
    case 'validate-work':
      return 'Check the result';
    default:
      return assertNever(purpose);
  }
}

function taskOf(purpose: Purpose): TaskId | undefined {
  return 'taskId' in purpose ? purpose.taskId : undefined;
}

function keepSame<T>(now: readonly T[], before: readonly T[] | undefined): readonly T[] {
  if (before === undefined || before.length !== now.length) return now;
  return now.every((each, index) => each === before[index]) ? before : now;
}
