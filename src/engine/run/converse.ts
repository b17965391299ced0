/** The next step of a conversation with a model: ask, run a call, repair an answer, or give up. */

import { conversationIdOf } from '../../shared/conversation-id.ts';
import type { EventBody } from '../../shared/events.ts';
import type { Purpose } from '../../shared/purpose.ts';
import type { CallState, ConversationState, RunState, TaskState } from '../../shared/run-state.ts';
import { proseRepair, silenceRepair, truncationRepair } from '../prompts/repairs.ts';
import { append, type Command } from './command.ts';

/** Answers of the wrong form that are sent back before a conversation is given up. */
export const maxRepairs = 3;

/** @returns nothing when the conversation has ended or waits for the person */
export function converse(state: RunState, purpose: Purpose): Command[] {
  const id = conversationIdOf(purpose);
  const conversation = state.conversations.findLast((each) => each.conversationId === id);
  return conversation ? step(conversation, state.head) : [{ do: 'open', purpose }];
}

/** The work on a task: in a conversation of its own since the person last edited it. */
export function workOn({ task, edited }: TaskState): Purpose {
  const edition = edited === undefined ? {} : { edition: edited.edition };
  return { kind: 'work', taskId: task.id, ...edition };
}

export function conversationFor(state: RunState, purpose: Purpose): ConversationState | undefined {
  const id = conversationIdOf(purpose);
  return state.conversations.findLast((each) => each.conversationId === id);
}

/** A call of the last turn that has no result yet. */
function openCall(conversation: ConversationState): CallState | undefined {
  const calls = conversation.turns.at(-1)?.calls ?? [];
  return calls.find((call) => call.status !== 'ok' && call.status !== 'error');
}

export function hasOpenCall(conversation: ConversationState): boolean {
  return openCall(conversation) !== undefined;
}

/** An agent ends its task by a call; only where prose was asked for does prose end a conversation. */
export function hasAnswered({ ended, purpose, turns }: ConversationState): boolean {
  const last = turns.at(-1);
  if (!ended || !last) return false;
  return last.calls.length > 0 || (purpose.kind === 'answer' && last.text.trim() !== '');
}

function step(conversation: ConversationState, head: string | undefined): Command[] {
  const { conversationId, turns } = conversation;
  const last = turns.at(-1);
  if (!last) return [{ do: 'ask', conversationId, turn: 1 }];
  const open = openCall(conversation);
  if (open) {
    return open.status === 'waiting' ? [] : [{ do: 'call', conversationId, callId: open.callId }];
  }
  if (hasAnswered(conversation)) return [];
  const silent = last.calls.length === 0 && last.notes.length === 0;
  if (last.stop === 'refusal' && silent) {
    const reason = `The model declined to answer: ${last.text || 'it gave no reason'}`;
    return [giveUp(conversation, { code: 'refused', reason, head })];
  }
  if (conversation.repairs + (silent ? 1 : 0) > maxRepairs) {
    const instead = isProse(conversation)
      ? 'it said nothing'
      : 'it answered in prose instead of with its tool';
    const why = last.calls.at(-1)?.summary || instead;
    const reason = `No usable answer after ${maxRepairs} repairs: ${why}`;
    return [giveUp(conversation, { code: 'no-usable-answer', reason, head })];
  }
  if (silent) return [repair(conversation, last.stop === 'length')];
  const since = turns.length - (conversation.turnsBefore ?? 0);
  if (since >= conversation.maxTurns) {
    const reason = `Not finished after ${since} turns.`;
    return [giveUp(conversation, { code: 'too-many-turns', reason, head })];
  }
  return [{ do: 'ask', conversationId, turn: turns.length + 1 }];
}

function repair(conversation: ConversationState, truncated: boolean): Command {
  const tool = conversation.answerTool ?? 'finish_task';
  const text = truncated ? truncationRepair(tool) : proseRepair(tool);
  return {
    do: 'note',
    conversationId: conversation.conversationId,
    turn: conversation.turns.length,
    reason: truncated ? 'truncated' : 'prose',
    text: isProse(conversation) ? silenceRepair : text,
  };
}

/** Its answer is text; there is no tool to call. */
function isProse({ purpose }: ConversationState): boolean {
  return purpose.kind === 'answer';
}

/** What a conversation without a usable answer means: a task fails alone, a role fails the run. */
function giveUp(
  conversation: ConversationState,
  { code, reason, head }: { code: string; reason: string; head: string | undefined },
): Command {
  const { purpose, agent } = conversation;
  const message = `${agent}: ${reason}`;
  if (purpose.kind === 'final-check') return append(uncheckedBecause(message, purpose.round, head));
  const event: EventBody =
    'taskId' in purpose
      ? { type: 'task:error', taskId: purpose.taskId, code, message }
      : { type: 'workflow:error', code, message };
  return append(event);
}

/** The work is done and reviewed by then: the person is told, and decides. */
export function uncheckedBecause(
  reason: string,
  round: number,
  head: string | undefined,
): EventBody {
  if (head === undefined) throw new Error('There is no run head to check');
  return {
    type: 'change:checked',
    round,
    head,
    by: 'nobody',
    passed: false,
    summary: `The whole change set could not be checked. ${reason}`,
    issues: [],
  };
}
