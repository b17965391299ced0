/** Makes the message that a step stands for, as the current models word it: thinking first, signed. */
import { createHash } from 'node:crypto';
import { estimateTokens, type Step, stopOf } from '../../../src/node/models/script.ts';
import type { Usage } from '../../../src/shared/usage.ts';
import { signTurn } from './prefix-signature.ts';
import type { Block, WireRequest } from './wire.ts';

const wireStops = {
  end: 'end_turn',
  tools: 'tool_use',
  length: 'max_tokens',
  refusal: 'refusal',
} as const;

export type WireAnswer = {
  id: string;
  type: 'message';
  role: 'assistant';
  model: string;
  content: Block[];
  stop_reason: (typeof wireStops)[keyof typeof wireStops];
  stop_sequence: null;
  stop_details: null;
  container: null;
  diagnostics: null;
  usage: ReturnType<typeof wireUsage>;
};

export function composeAnswer(
  step: Step,
  request: WireRequest,
  input: Omit<Usage, 'output'>,
): WireAnswer {
  const id = createHash('sha256').update(JSON.stringify(request.messages)).digest('base64url');
  const unsigned = turnOf(step, request, id.slice(0, 20));
  const output = estimateTokens(
    `${step.thinking ?? ''}${step.text ?? ''}${JSON.stringify(step.calls ?? '')}`,
  );
  const counters = {
    input: step.usage?.input ?? input.input,
    cacheRead: step.usage?.cacheRead ?? input.cacheRead,
    cacheWrite: step.usage?.cacheWrite ?? input.cacheWrite,
    output: step.usage?.output ?? output,
  };
  return {
    id: `msg_${id.slice(0, 24)}`,
    type: 'message',
    role: 'assistant',
    model: step.model ?? request.model,
    content: signTurn(request, unsigned),
    stop_reason: wireStops[stopOf(step)],
    stop_sequence: null,
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: wireUsage(counters),
  };
}

/** What the model says before a call comes inside a thinking block, and both only where `display` asks for them. */
function turnOf(step: Step, request: WireRequest, seed: string): Block[] {
  const shown = request.thinking?.type === 'adaptive' && request.thinking.display === 'summarized';
  const thinking = (text: string): Block => ({
    type: 'thinking',
    thinking: shown ? text : '',
    signature: '',
  });
  const calls = (step.calls ?? []).map(
    (call, index): Block => ({
      type: 'tool_use',
      id: `toolu_${seed}_${index}`,
      name: call.name,
      input: call.input,
      caller: { type: 'direct' },
    }),
  );
  const words = (text: string): Block =>
    calls.length > 0 ? thinking(text) : { type: 'text', text, citations: null };
  return [thinking(step.thinking ?? ''), ...(step.text ? [words(step.text)] : []), ...calls];
}

function wireUsage(counters: Usage) {
  return {
    input_tokens: counters.input,
    output_tokens: counters.output,
    cache_read_input_tokens: counters.cacheRead,
    cache_creation_input_tokens: counters.cacheWrite,
    cache_creation: {
      ephemeral_5m_input_tokens: counters.cacheWrite,
      ephemeral_1h_input_tokens: 0,
    },
    inference_geo: null,
    output_tokens_details: { thinking_tokens: 0 },
    server_tool_use: null,
    service_tier: 'standard' as const,
    speed: null,
  };
}
