/** What must happen next, as `decide` says it and the driver does it. */
import { conversationIdOf } from '../../shared/conversation-id.ts';
import type { EventBody } from '../../shared/events.ts';
import type { CallId, ConversationId, TaskId } from '../../shared/ids.ts';
import type { Purpose } from '../../shared/purpose.ts';

/** `note` tells the model something; `also` are appended in the same step. */
export type NoteCommand = {
  do: 'note';
  conversationId: ConversationId;
  turn: number;
  reason: 'prose' | 'truncated' | 'feedback';
  text: string;
  also?: EventBody[];
};

export type Command =
  | { do: 'append'; events: EventBody[] }
  | { do: 'snapshot' }
  /** Opens the conversation and asks its first turn. */
  | { do: 'open'; purpose: Purpose }
  | { do: 'ask'; conversationId: ConversationId; turn: number }
  | { do: 'call'; conversationId: ConversationId; callId: CallId }
  | NoteCommand
  | { do: 'request-plan-approval'; version: number }
  | { do: 'record'; taskId: TaskId; round: number }
  | { do: 'merge'; taskId: TaskId; round: number }
  /** Tells the agent what the person sent back, in its lane at the run head. */
  | { do: 'send-back'; taskId: TaskId }
  | { do: 'collect-changes' }
  | { do: 'apply' };

/** Two commands with one key are the same piece of work: the driver never has both under way. */
export function commandKey(command: Exclude<Command, { do: 'append' }>): string {
  const { do: name, ...rest } = command;
  if (command.do === 'note') return `note ${command.conversationId} ${command.turn}`;
  if (command.do === 'merge') return 'merge';
  // Its first turn is asked with it.
  if (command.do === 'open') {
    return commandKey({ do: 'ask', conversationId: conversationIdOf(command.purpose), turn: 1 });
  }
  return `${name} ${JSON.stringify(rest)}`;
}

export function append(...events: EventBody[]): Command {
  return { do: 'append', events };
}
