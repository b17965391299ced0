/** The messages of a conversation's next request, from its turns: append-only, the same bytes each time. */
import * as z from 'zod';
import type { ConversationState, TurnState } from '../../shared/run-state.ts';
import type { Message, UserBlock } from '../model-port.ts';
import type { Journal } from '../ports.ts';

/** How an answer stands in the journal. `content` is the provider's own and is never looked into. */
export const StoredAnswer = z.object({
  content: z.array(z.unknown()),
  calls: z.array(z.object({ providerId: z.string(), name: z.string(), input: z.unknown() })),
});

export async function composeMessages(
  journal: Pick<Journal, 'getBody'>,
  conversation: ConversationState,
): Promise<Message[]> {
  let user: UserBlock[] = [{ type: 'text', text: await journal.getBody(conversation.first) }];
  const messages: Message[] = [{ role: 'user', content: user }];
  for (const turn of conversation.turns) {
    const { content } = StoredAnswer.parse(JSON.parse(await journal.getBody(turn.answer)));
    const reply = await replyTo(journal, turn);
    // An answer without content cannot be sent back; what follows it joins the message before.
    if (content.length === 0) {
      user.push(...reply);
      continue;
    }
    messages.push({ role: 'assistant', content });
    if (reply.length === 0) continue;
    user = reply;
    messages.push({ role: 'user', content: user });
  }
  return messages;
}

async function replyTo(journal: Pick<Journal, 'getBody'>, turn: TurnState): Promise<UserBlock[]> {
  const blocks: UserBlock[] = [];
  for (const call of turn.calls) {
    if (!call.content) throw new Error(`Tool call ${call.callId} has no result`);
    blocks.push({
      type: 'tool_result',
      providerId: call.providerId,
      content: await journal.getBody(call.content),
      isError: call.status === 'error',
    });
  }
  for (const note of turn.notes) blocks.push({ type: 'text', text: await journal.getBody(note) });
  return blocks;
}
