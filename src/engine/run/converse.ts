/** The next step of a conversation with a model: ask, run a call, repair an answer, or give up. */

import { conversationIdOf } from '../../shared/conversation-id.ts';
import type { EventBody, Purpose } from '../../shared/events.ts';
import type { ConversationState, RunState } from '../../shared/run-state.ts';
import { proseRepair, truncationRepair } from '../prompts/repairs.ts';
import { append, type Command } from './command.ts';

/** Answers of the wrong form that are sent back before a conversation is given up. */
export const maxRepairs = 3;

/** @returns nothing when the conversation has ended or waits for the person */
export function converse(state: RunState, purpose: Purpose): Command[] {
  const id = conversationIdOf(purpose);
  const conversation = state.conversations.find((each) => each.conversationId === id);
  return conversation ? step(conversation) : [{ do: 'open', purpose }];
}

export function conversationFor(state: RunState, purpose: Purpose): ConversationState | undefined {
  const id = conversationIdOf(purpose);
  return state.conversations.find((each) => each.conversationId === id);
}

function step(conversation: ConversationState): Command[] {
  const { conversationId, turns } = conversation;
  const last = turns.at(-1);
  if (!last) return [{ do: 'ask', conversationId, turn: 1 }];
  const open = last.calls.find((call) => call.status !== 'ok' && call.status !== 'error');
  if (open) {
    return open.status === 'waiting' ? [] : [{ do: 'call', conversationId, callId: open.callId }];
  }
  if (conversation.ended) return [];
  const silent = last.calls.length === 0 && last.notes.length === 0;
  if (last.stop === 'refusal' && silent) {
    return [
      giveUp(
        conversation,
        'refused',
        `The model declined to answer: ${last.text || 'it gave no reason'}`,
      ),
    ];
  }
  if (conversation.repairs >= maxRepairs) {
    const why = last.calls.at(-1)?.summary || 'it answered in prose instead of with its tool';
    return [
      giveUp(
        conversation,
        'no-usable-answer',
        `No usable answer after ${maxRepairs} repairs: ${why}`,
      ),
    ];
  }
  if (silent) return [repair(conversation, last.stop === 'length')];
  if (turns.length >= conversation.maxTurns) {
    return [giveUp(conversation, 'too-many-turns', `Not finished after ${turns.length} turns.`)];
  }
  return [{ do: 'ask', conversationId, turn: turns.length + 1 }];
}

function repair(conversation: ConversationState, truncated: boolean): Command {
  const tool = conversation.answerTool ?? 'finish_task';
  return {
    do: 'note',
    conversationId: conversation.conversationId,
    turn: conversation.turns.length,
    reason: truncated ? 'truncated' : 'prose',
    text: truncated ? truncationRepair(tool) : proseRepair(tool),
  };
}

/** What a conversation without a usable answer means: a task fails alone, a role fails the run. */
function giveUp(conversation: ConversationState, code: string, reason: string): Command {
  const { purpose, agent } = conversation;
  const message = `${agent}: ${reason}`;
  const event: EventBody =
    'taskId' in purpose
      ? { type: 'task:error', taskId: purpose.taskId, code, message }
      : { type: 'workflow:error', code, message };
  return append(event);
}
