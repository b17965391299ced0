/** Signs each thinking block over everything before it and over its own turn, and checks what comes back. */
import { createHmac } from 'node:crypto';
import { refuse } from './service-error.ts';
import { type Block, blocksOf, type WireMessage, type WireRequest } from './wire.ts';

/** Fixed, so that a conversation goes on with a server that was started anew. */
const secret = 'loopback model server';

type Prefix = Pick<WireRequest, 'model' | 'system' | 'tools' | 'messages'>;

/** The turn with a signature on every thinking block. */
export function signTurn(prefix: Prefix, turn: readonly Block[]): Block[] {
  const signature = `${digest(prefixText(prefix))}.${digest(turnText(turn))}`;
  return turn.map((block) => (block.type === 'thinking' ? { ...block, signature } : block));
}

/** @throws ServiceError 400 where an assistant turn does not stand where it was made, or is not what was made */
export function checkTurns(request: Prefix): void {
  request.messages.forEach((message, index) => {
    if (message.role !== 'assistant') return;
    const turn = blocksOf(message);
    const first = turn.find((block) => block.type === 'thinking');
    if (!first) {
      refuse(
        `messages.${index}: The block is bound to a different conversation: the thinking block that began this turn was left out.`,
      );
    }
    const [before, own] = first.signature.split('.');
    const expected = digest(prefixText({ ...request, messages: request.messages.slice(0, index) }));
    const at = `messages.${index}.content.${turn.indexOf(first)}`;
    if (own === undefined) refuse(`${at}: Invalid \`signature\` in \`thinking\` block`);
    if (before !== expected) {
      refuse(
        `${at}: The block is bound to a different conversation: \`system\`, \`tools\` or an earlier message changed after it was made.`,
      );
    }
    if (own !== digest(turnText(turn))) {
      refuse(`${at}: The assistant turn was modified: send it back exactly as it came.`);
    }
  });
}

function digest(text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

/** Key order counts: a client that rebuilds what it sends is found out. */
function prefixText({ model, system, tools, messages }: Prefix): string {
  const systemBlocks = typeof system === 'string' ? [{ type: 'text', text: system }] : system;
  return JSON.stringify([
    model,
    (systemBlocks ?? []).map(withoutMarker),
    (tools ?? []).map(withoutMarker),
    messages.map(unmarkedMessage),
  ]);
}

/** Within a block of its own turn the order of keys is free: the official client moves `input` to the end. */
function turnText(turn: readonly Block[]): string {
  return JSON.stringify(
    turn.map((block) => {
      const signed = block.type === 'thinking' ? { ...block, signature: '' } : block;
      return Object.entries(withoutMarker(signed)).sort(([left], [right]) =>
        left < right ? -1 : 1,
      );
    }),
  );
}

/** A message as it counts for prefix and cache: blocks, without cache markers. */
export function unmarkedMessage(message: WireMessage): unknown {
  const blocks = blocksOf(message).map((block) =>
    block.type === 'tool_result' && Array.isArray(block.content)
      ? { ...block, content: block.content.map(withoutMarker) }
      : block,
  );
  return { role: message.role, content: blocks.map(withoutMarker) };
}

export function withoutMarker(block: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(block).filter(([key]) => key !== 'cache_control'));
}
