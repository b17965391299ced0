/** Sample requests and conversations for the tests of the model providers. */
import * as z from 'zod';
import type { Message, TurnAnswer, TurnRequest } from '../../../../src/engine/model-port.ts';
import { Script, type Step } from '../../../../src/node/models/script.ts';
import type { TurnId } from '../../../../src/shared/ids.ts';

export const never = new AbortController().signal;

const input = z.object({ path: z.string().min(1), limit: z.number().int().max(9).optional() });

export const readFile = {
  name: 'read_file',
  description: 'Reads a file.',
  inputSchema: z.toJSONSchema(input),
  strict: true,
};

export function script(conversations: Record<string, Step[]>): Script {
  return Script.parse({ name: 'sample', description: '', conversations });
}

export function ask(conversationId: string, more: Partial<TurnRequest> = {}): TurnRequest {
  return {
    turnId: 'turn' as TurnId,
    conversationId,
    model: 'claude-opus-5-5',
    system: 'You are a careful engineer.',
    tools: [readFile],
    messages: [says(`Conversation: ${conversationId}\nDo the work.`)],
    ...more,
  };
}

export function says(text: string): Message {
  return { role: 'user', content: [{ type: 'text', text }] };
}

/** The conversation after an answer whose calls all gave `content`; through JSON, as a journal does it. */
export function goOn(request: TurnRequest, answer: TurnAnswer, content = 'ok'): TurnRequest {
  const results: Message = {
    role: 'user',
    content: answer.calls.map(({ providerId }) => ({
      type: 'tool_result',
      providerId,
      content,
      isError: false,
    })),
  };
  const assistant: Message = { role: 'assistant', content: answer.content };
  const next = answer.calls.length > 0 ? results : says('Go on.');
  return JSON.parse(
    JSON.stringify({ ...request, messages: [...request.messages, assistant, next] }),
  );
}
