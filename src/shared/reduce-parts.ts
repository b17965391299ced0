/** Replaces one conversation, call or task of a state and shares everything else. */
import type { CallId, ConversationId, TaskId } from './ids.ts';
import type { CallState, ConversationState, RunState, TaskState } from './run-state.ts';

export function changeConversation(
  state: RunState,
  conversationId: ConversationId,
  change: (conversation: ConversationState) => ConversationState,
): RunState {
  const conversations = replaceLast(
    state.conversations,
    (each) => each.conversationId === conversationId,
    change,
  );
  return { ...state, conversations };
}

export function changeCall(
  state: RunState,
  which: { conversationId: ConversationId; callId: CallId },
  change: (call: CallState) => CallState,
): RunState {
  return changeConversation(state, which.conversationId, (conversation) => ({
    ...conversation,
    turns: replaceLast(
      conversation.turns,
      (turn) => turn.calls.some((call) => call.callId === which.callId),
      (turn) => ({
        ...turn,
        calls: replaceLast(turn.calls, (call) => call.callId === which.callId, change),
      }),
    ),
  }));
}

export function changeTask(
  state: RunState,
  taskId: TaskId,
  change: (task: TaskState) => TaskState,
): RunState {
  return { ...state, tasks: replaceLast(state.tasks, (each) => each.task.id === taskId, change) };
}

/** Searches from the end, where what changes mostly stands. */
function replaceLast<Item>(
  items: readonly Item[],
  matches: (item: Item) => boolean,
  change: (item: Item) => Item,
): Item[] {
  const index = items.findLastIndex(matches);
  const found = items[index];
  if (found === undefined) return items as Item[];
  return items.with(index, change(found));
}
