/** The server-sent events of an answer, in the order and the pieces in which the real service sends them. */
import { piecesOf } from '../../../src/node/models/script.ts';
import type { WireAnswer } from './compose-answer.ts';
import type { Block } from './wire.ts';

type WireEvent = { type: string; [key: string]: unknown };

export function answerEvents(answer: WireAnswer): WireEvent[] {
  const { content, stop_reason, usage } = answer;
  const start = {
    type: 'message_start',
    message: {
      ...answer,
      content: [],
      stop_reason: null,
      usage: { ...usage, output_tokens: 1 },
    },
  };
  const blocks = content.flatMap((block, index) => blockEvents(block, index));
  return [
    start,
    ...blocks.slice(0, 1),
    { type: 'ping' },
    ...blocks.slice(1),
    {
      type: 'message_delta',
      delta: { stop_reason, stop_sequence: null, stop_details: null, container: null },
      usage: {
        input_tokens: usage.input_tokens,
        output_tokens: usage.output_tokens,
        cache_read_input_tokens: usage.cache_read_input_tokens,
        cache_creation_input_tokens: usage.cache_creation_input_tokens,
        output_tokens_details: usage.output_tokens_details,
        server_tool_use: null,
      },
    },
    { type: 'message_stop' },
  ];
}

export function eventText(event: WireEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function blockEvents(block: Block, index: number): WireEvent[] {
  const { empty, deltas } = opened(block);
  return [
    { type: 'content_block_start', index, content_block: empty },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

/** A block as it starts, and what fills it. */
function opened(block: Block): { empty: unknown; deltas: WireEvent[] } {
  switch (block.type) {
    case 'thinking':
      return {
        empty: { ...block, thinking: '', signature: '' },
        deltas: [
          ...piecesOf(block.thinking).map((thinking) => ({ type: 'thinking_delta', thinking })),
          { type: 'signature_delta', signature: block.signature },
        ],
      };
    case 'text':
      return {
        empty: { ...block, text: '' },
        deltas: piecesOf(block.text).map((text) => ({ type: 'text_delta', text })),
      };
    case 'tool_use':
      return {
        empty: { ...block, input: {} },
        deltas: ['', ...cut(JSON.stringify(block.input))].map((partial_json) => ({
          type: 'input_json_delta',
          partial_json,
        })),
      };
    case 'tool_result':
      throw new Error('A model does not answer with tool results.');
  }
}

/** Pieces that break words and escapes, at most some fifty of them. */
function cut(text: string): string[] {
  const size = Math.max(17, Math.ceil(text.length / 50));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
    text.slice(index * size, (index + 1) * size),
  );
}
