/** One turn: the request is announced in the log, sent, and its answer appended before anything acts on it. */
import * as z from 'zod';
import { turnIdOf } from '../../../shared/conversation-id.ts';
import type { EventBody } from '../../../shared/events.ts';
import type { CallId, ConversationId, TurnId } from '../../../shared/ids.ts';
import { isMusterError, type MusterError } from '../../../shared/muster-error.ts';
import { newConversation } from '../../../shared/reduce-conversations.ts';
import type { ConversationState, RunState } from '../../../shared/run-state.ts';
import { composeMessages } from '../../agent/compose-messages.ts';
import type { ToolSpec, TurnAnswer } from '../../model-port.ts';
import { uncheckedBecause } from '../converse.ts';
import type { GateListener } from '../model-gate.ts';
import type { RunContext } from '../run-context.ts';
import { announceRequest, type Billed, billedBy, charge, requireRoom } from './request-budget.ts';

/** Characters of an answer that stand in the event itself. */
const textInEvent = 2_000;

const StoredTools = z.array(
  z.object({
    name: z.string(),
    description: z.string(),
    inputSchema: z.record(z.string(), z.unknown()),
    strict: z.boolean(),
  }),
);

/** @param command `opening` is the beginning of the conversation, where it is not in the log yet */
export async function askModel(
  context: RunContext,
  command: {
    conversationId: ConversationId;
    turn: number;
    opening?: Extract<EventBody, { type: 'conversation:start' }>;
  },
  signal: AbortSignal,
): Promise<EventBody[]> {
  const { journal, model } = context.ports;
  const { opening } = command;
  const conversation = opening
    ? newConversation(opening)
    : conversationOf(context.state(), command.conversationId);
  const { conversationId } = conversation;
  const turnId = turnIdOf(conversationId, command.turn);
  const tools: ToolSpec[] = StoredTools.parse(
    JSON.parse(await journal.getBody(conversation.tools)),
  );
  const request = {
    turnId,
    conversationId,
    model: conversation.model,
    system: await journal.getBody(conversation.system),
    tools,
    messages: await composeMessages(journal, conversation),
    ...(conversation.maxOutputTokens === undefined
      ? {}
      : { maxOutputTokens: conversation.maxOutputTokens }),
  };
  const { model: modelId } = conversation;
  if (!(await announceRequest(context, conversation, { turnId, opening }))) return [];
  const send = async () => {
    requireRoom(context, conversation);
    let offset = 0;
    const onText = (text: string) => {
      context.emitText({ conversationId, turnId, offset, text });
      offset += text.length;
    };
    return model.streamTurn(request, onText, signal);
  };
  const listener = gateListener(context, conversation, turnId);
  try {
    const key = `${model.id} ${modelId}`;
    const answer = await context.gate.send(key, { try: send, listener }, signal);
    return await answered(context, conversation, { turnId, answer });
  } catch (error) {
    signal.throwIfAborted();
    if (!isMusterError(error)) throw error;
    const billed = billedBy(context, modelId, error);
    return failed(conversation, { turnId, error, billed, head: context.state().head });
  }
}

function gateListener(
  context: RunContext,
  conversation: ConversationState,
  turnId: TurnId,
): GateListener {
  const { conversationId, model } = conversation;
  return {
    async onPause({ until, error }) {
      await context.append([
        {
          type: 'limit:paused',
          conversationId,
          turnId,
          model,
          until: until.toISOString(),
          message: error.userMessage,
        },
      ]);
    },
    async onRetry({ attempt, delayMs, error }) {
      await context.append([
        {
          type: 'agent:retry',
          conversationId,
          turnId,
          attempt,
          delayMs,
          code: error.code,
          message: error.userMessage,
          ...billedBy(context, model, error),
        },
      ]);
    },
  };
}

/** A wrong key stops everything; what else fails in a task fails the task alone. */
function failed(
  { conversationId, purpose, agent }: ConversationState,
  {
    turnId,
    error,
    billed,
    head,
  }: { turnId: TurnId; error: MusterError; billed: Billed; head: string | undefined },
): EventBody[] {
  const { code, userMessage } = error;
  const turn: EventBody = {
    type: 'agent:error',
    conversationId,
    turnId,
    code,
    message: userMessage,
    ...billed,
  };
  if (code === 'storage') throw error;
  // Nothing has failed: `decide` asks again once there is room.
  if (code === 'budget') return [turn];
  if (purpose.kind === 'final-check' && code !== 'model-auth') {
    return [turn, uncheckedBecause(userMessage, purpose.round, head)];
  }
  if (!('taskId' in purpose) || code === 'model-auth') {
    return [turn, { type: 'workflow:error', code, message: userMessage }];
  }
  const message = `${agent}: ${userMessage}`;
  return [turn, { type: 'task:error', taskId: purpose.taskId, code, message }];
}

async function answered(
  context: RunContext,
  conversation: ConversationState,
  { turnId, answer }: { turnId: ReturnType<typeof turnIdOf>; answer: TurnAnswer },
): Promise<EventBody[]> {
  const { content, calls, text, stop, usage, model } = answer;
  const { conversationId, purpose } = conversation;
  const body = await context.ports.journal.putBody(JSON.stringify({ content, calls }));
  const events: EventBody[] = [
    {
      type: 'agent:answer',
      conversationId,
      turnId,
      answer: body,
      text: text.slice(0, textInEvent),
      model,
      stop,
      ...charge(context, model, usage),
      calls: calls.map(({ providerId, name }, index) => ({
        callId: `${turnId}.${index + 1}` as CallId,
        providerId,
        name,
      })),
    },
  ];
  if (purpose.kind === 'answer' && calls.length === 0 && stop !== 'refusal' && text.trim()) {
    const cut = stop === 'length' ? '\n[The answer was cut off at the output limit.]' : '';
    events.push({ type: 'workflow:results', text: `${text}${cut}` });
  }
  return events;
}

export function conversationOf(state: RunState, id: ConversationId): ConversationState {
  const conversation = state.conversations.findLast((each) => each.conversationId === id);
  if (!conversation) throw new Error(`No conversation ${id}`);
  return conversation;
}
