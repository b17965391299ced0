/** Folds what is said to models and what they call. */
import { exact, tokensOf } from './account.ts';
import { assertNever } from './assert-never.ts';
import type { EventBody, EventOf } from './events.ts';
import { changeCall, changeConversation, changeTask, withLast } from './reduce-parts.ts';
import type { ConversationState, RunState } from './run-state.ts';
import { addUsage, noUsage } from './usage.ts';

type ConversationEvent = EventOf<
  | 'conversation:start'
  | 'conversation:note'
  | 'agent:invoke'
  | 'agent:answer'
  | 'agent:error'
  | 'agent:retry'
  | 'limit:paused'
  | 'tool:call'
  | 'command:started'
  | 'tool:result'
>;

export function foldConversation(state: RunState, event: ConversationEvent): RunState {
  switch (event.type) {
    case 'conversation:start': {
      const { v: _, seq: __, at: ___, runId: ____, ...start } = event;
      return { ...state, conversations: withLast(state.conversations, newConversation(start)) };
    }
    case 'conversation:note': {
      const repair = event.reason === 'prose' || event.reason === 'truncated';
      return changeConversation(state, event.conversationId, (conversation) => ({
        ...conversation,
        ended: false,
        repairs: repair ? conversation.repairs + 1 : 0,
        turns: conversation.turns.map((turn, index) =>
          index === conversation.turns.length - 1
            ? { ...turn, notes: [...turn.notes, event.note] }
            : turn,
        ),
      }));
    }
    case 'agent:invoke': {
      // Announced before and never answered: the process died with it, and it is sent again.
      let repeated = 0;
      const sent = changeConversation(state, event.conversationId, (conversation) => {
        if (conversation.inFlight === event.turnId) repeated = 1;
        return {
          ...conversation,
          inFlight: event.turnId,
          ...(event.reserved ? { reserved: event.reserved } : {}),
          ...(repeated ? { repeating: true } : {}),
        };
      });
      return { ...sent, requests: sent.requests + 1, repeated: sent.repeated + repeated };
    }
    case 'agent:answer':
      return foldAnswer(state, event);
    case 'agent:error':
      return changeConversation(
        billed(state, event),
        event.conversationId,
        ({ inFlight: _, trouble: __, reserved: ___, repeating: ____, ...rest }) => rest,
      );
    case 'agent:retry':
      return changeConversation(
        billed({ ...state, requests: state.requests + 1, resent: state.resent + 1 }, event),
        event.conversationId,
        (conversation) => ({ ...conversation, trouble: { message: event.message } }),
      );
    case 'limit:paused':
      return changeConversation(
        { ...state, requests: state.requests + 1, resent: state.resent + 1 },
        event.conversationId,
        (conversation) => ({
          ...conversation,
          trouble: { message: event.message, until: event.until },
        }),
      );
    case 'tool:call':
      return changeCall(state, event, (call) => ({
        ...call,
        title: event.title,
        status: 'started',
        at: event.at,
      }));
    case 'command:started':
      return changeCall(state, event, (call) => ({ ...call, process: event.process }));
    case 'tool:result': {
      const called = changeCall(state, event, ({ process: _, ...call }) => ({
        ...call,
        status: event.ok ? 'ok' : 'error',
        summary: event.summary,
        content: event.content,
      }));
      const ended = changeConversation(called, event.conversationId, (conversation) =>
        withResult(conversation, event),
      );
      const { taskId, tree } = event;
      if (taskId === undefined || tree === undefined) return ended;
      return changeTask(ended, taskId, (task) => ({ ...task, tree }));
    }
    default:
      return assertNever(event);
  }
}

export function newConversation({
  type: _,
  ...start
}: Extract<EventBody, { type: 'conversation:start' }>): ConversationState {
  return { ...start, turns: [], repairs: 0, ended: false, usage: noUsage };
}

/** A turn is sent back once, however many of its calls did not fit. */
function withResult(
  conversation: ConversationState,
  { invalid, ends }: EventOf<'tool:result'>,
): ConversationState {
  const ended = conversation.ended || ends === true;
  const last = conversation.turns.at(-1);
  if (!invalid || !last || last.flawed) return { ...conversation, ended };
  return {
    ...conversation,
    ended,
    repairs: conversation.repairs + 1,
    turns: conversation.turns.with(-1, { ...last, flawed: true }),
  };
}

/** A turn whose calls all fitted ends the row. */
function repairsAfter({ repairs, turns }: ConversationState): number {
  const last = turns.at(-1);
  return last && last.calls.length > 0 && !last.flawed ? 0 : repairs;
}

/** A try that failed and was billed all the same. */
function billed(state: RunState, event: EventOf<'agent:error' | 'agent:retry'>): RunState {
  if (!event.billed) return state;
  const { model, usage } = event.billed;
  const before = state.usageByModel[model] ?? noUsage;
  const counted = {
    ...state,
    usage: addUsage(state.usage, usage),
    usageByModel: { ...state.usageByModel, [model]: addUsage(before, usage) },
  };
  return changeConversation(counted, event.conversationId, (each) => ({
    ...each,
    usage: addUsage(each.usage, usage),
    ...costSum(each, event.billed ?? {}),
  }));
}

function costSum(
  conversation: ConversationState,
  { costUsd }: { costUsd?: number },
): { costUsd?: number } {
  return costUsd === undefined ? {} : { costUsd: exact((conversation.costUsd ?? 0) + costUsd) };
}

function foldAnswer(state: RunState, event: EventOf<'agent:answer'>): RunState {
  const before = state.usageByModel[event.model] ?? noUsage;
  const counted = {
    ...state,
    usage: addUsage(state.usage, event.usage),
    usageByModel: { ...state.usageByModel, [event.model]: addUsage(before, event.usage) },
  };
  return changeConversation(counted, event.conversationId, (conversation) => {
    const { inFlight: _, trouble: __, reserved: ___, repeating: ____, ...rest } = conversation;
    const saysAllInProse =
      conversation.answerTool === undefined && event.calls.length === 0 && event.stop === 'end';
    return {
      ...rest,
      ended: saysAllInProse,
      repairs: repairsAfter(conversation),
      usage: addUsage(conversation.usage, event.usage),
      ...costSum(conversation, event),
      context: tokensOf(event.usage),
      turns: [
        ...conversation.turns,
        {
          turnId: event.turnId,
          answer: event.answer,
          text: event.text,
          stop: event.stop,
          calls: event.calls.map((call) => ({
            ...call,
            title: call.name,
            status: 'new' as const,
            summary: '',
          })),
          notes: [],
        },
      ],
    };
  });
}
