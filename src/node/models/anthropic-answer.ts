/** Reads an answer of the Messages API: its words as they come, its calls, why it stopped, what it used. */
import type {
  MessageStreamEvent,
  Message as WireAnswer,
} from '@anthropic-ai/sdk/resources/messages';
import type { TurnAnswer } from '../../engine/model-port.ts';
import type { Usage } from '../../shared/usage.ts';

type Words = {
  take(event: MessageStreamEvent): void;
  /** Everything that was handed on, joined. */
  text(): string;
};

/**
 * Where tools are offered, what the model says between calls comes back as thinking, so that both
 * are its words; where none are, its words are the answer, and thinking is left out. Blocks are
 * set apart by an empty line.
 */
export function collectWords(thinkingToo: boolean, onText: (text: string) => void): Words {
  let text = '';
  let block = -1;
  return {
    take(event) {
      if (event.type !== 'content_block_delta') return;
      const piece = wordsOf(event.delta, thinkingToo);
      if (!piece) return;
      const apart = text !== '' && event.index !== block ? '\n\n' : '';
      block = event.index;
      text += apart + piece;
      onText(apart + piece);
    },
    text: () => text,
  };
}

type Delta = Extract<MessageStreamEvent, { type: 'content_block_delta' }>['delta'];

function wordsOf(delta: Delta, thinkingToo: boolean): string {
  if (delta.type === 'text_delta') return delta.text;
  return delta.type === 'thinking_delta' && thinkingToo ? delta.thinking : '';
}

/** What the service says that an answer has used so far: all there is to go by when it breaks off. */
export function collectUsage(): {
  take(event: MessageStreamEvent): void;
  sum(): Usage | undefined;
} {
  let usage: Usage | undefined;
  return {
    take(event) {
      if (event.type === 'message_start') usage = usageOf(event.message.usage);
      if (event.type === 'message_delta' && usage) {
        usage = { ...usage, output: event.usage.output_tokens };
      }
    },
    sum: () => usage,
  };
}

export function readAnswer(answer: WireAnswer, text: string): TurnAnswer {
  // Only what JSON keeps: it goes through the journal before it is sent back.
  const content: WireAnswer['content'] = JSON.parse(JSON.stringify(answer.content));
  const calls = content.flatMap((block) =>
    block.type === 'tool_use'
      ? [{ providerId: block.id, name: block.name, input: block.input }]
      : [],
  );
  return {
    content,
    text,
    calls,
    stop: stopOf(answer.stop_reason, calls.length > 0),
    usage: usageOf(answer.usage),
    model: answer.model,
  };
}

function stopOf(reason: WireAnswer['stop_reason'], calls: boolean): TurnAnswer['stop'] {
  switch (reason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'refusal':
      return 'refusal';
    case 'tool_use':
    case 'end_turn':
    case 'stop_sequence':
    case 'pause_turn':
    case null:
      return calls ? 'tools' : 'end';
    default:
      // A reason of a later version of the service: what was called still has to be answered.
      reason satisfies never;
      return calls ? 'tools' : 'end';
  }
}

function usageOf(usage: WireAnswer['usage']): Usage {
  return {
    input: usage.input_tokens,
    output: usage.output_tokens,
    cacheRead: usage.cache_read_input_tokens ?? 0,
    cacheWrite: usage.cache_creation_input_tokens ?? 0,
  };
}
