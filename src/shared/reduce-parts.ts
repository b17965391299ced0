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

/** Arrays that the fold under way has made: nobody else has seen them. */
let own: WeakSet<object> | undefined;

/** Folds many events: an array is copied once for all of them, not once for each. */
export function foldingMany<Result>(fold: () => Result): Result {
  const before = own;
  own = new WeakSet();
  try {
    return fold();
  } finally {
    own = before;
  }
}

/** Searches from the end, where what changes mostly stands. */
function replaceLast<Item>(
  items: Item[],
  matches: (item: Item) => boolean,
  change: (item: Item) => Item,
): Item[] {
  const index = items.findLastIndex(matches);
  const found = items[index];
  if (found === undefined) return items;
  const changed = mutable(items);
  changed[index] = change(found);
  return changed;
}

export function withLast<Item>(items: Item[], last: Item): Item[] {
  const changed = mutable(items);
  changed.push(last);
  return changed;
}

function mutable<Item>(items: Item[]): Item[] {
  if (own?.has(items)) return items;
  const copy = [...items];
  own?.add(copy);
  return copy;
}
