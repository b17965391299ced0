/** The most that the next request of a conversation may take: an upper bound from what the log holds. */
import type { Amount } from '../../shared/account.ts';
import type { ConversationState, TurnState } from '../../shared/run-state.ts';
import { costAtMost } from './prices.ts';

/** What the engine must know of the provider to reserve. */
export type Pricing = {
  provider: string;
  /** Output tokens that a request asks for where its conversation sets none. */
  usualMaxOutputTokens?: number;
  /** Milliseconds since 1970. */
  now: number;
};

/** The most that current models can put out, for a provider that does not say what it asks for. */
const mostOutputTokens = 128_000;

/** What the service itself puts around messages and tools, in tokens. */
const envelope = 2_000;

/** @returns tokens of all four kinds; `usd` is absent for a model without a known price */
export function reservationOf(conversation: ConversationState, pricing: Pricing): Amount {
  const { provider, now, usualMaxOutputTokens = mostOutputTokens } = pricing;
  const prompt = promptAtMost(conversation);
  const output = conversation.maxOutputTokens ?? usualMaxOutputTokens;
  const usd = costAtMost({ provider, model: conversation.model, at: now }, { prompt, output });
  const tokens = prompt + output;
  return usd === undefined ? { tokens } : { tokens, usd };
}

/**
 * No token is shorter than a byte, so bytes bound tokens from above. What the last request and its
 * answer really were is known; only what was appended since is bounded so.
 */
function promptAtMost(conversation: ConversationState): number {
  const { turns, context, system, tools, first } = conversation;
  const last = turns.at(-1);
  if (last && context !== undefined) return context + appendedBytes(last) + envelope;
  const answered = turns.reduce((sum, turn) => sum + turn.answer.bytes + appendedBytes(turn), 0);
  return system.bytes + tools.bytes + first.bytes + answered + envelope;
}

function appendedBytes({ calls, notes }: TurnState): number {
  const bodies = [...calls.flatMap((call) => call.content ?? []), ...notes];
  return bodies.reduce((sum, body) => sum + body.bytes, 0);
}
