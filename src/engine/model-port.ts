/** What the engine needs of a model provider. */
import type { TurnId } from '../shared/ids.ts';
import type { Usage } from '../shared/usage.ts';

/** A tool as the model sees it. `inputSchema` is JSON Schema; key order is kept, byte for byte. */
export type ToolSpec = {
  name: string;
  description: string;
  inputSchema: Record<string, unknown>;
  /** The service holds the model to the schema where it can. */
  strict: boolean;
};

export type ToolResultBlock = {
  type: 'tool_result';
  /** The provider's id of the call. */
  providerId: string;
  content: string;
  isError: boolean;
};

export type UserBlock = { type: 'text'; text: string } | ToolResultBlock;

/** `content` of an assistant message is the provider's own, and goes back exactly as it came. */
export type Message =
  | { role: 'user'; content: UserBlock[] }
  | { role: 'assistant'; content: unknown[] };

export type TurnRequest = {
  turnId: TurnId;
  /** Tells apart the conversations of a run, e.g. for caching. */
  conversationId: string;
  model: string;
  system: string;
  tools: ToolSpec[];
  /** Append-only over the turns of one conversation. */
  messages: Message[];
  maxOutputTokens?: number;
};

export type TurnAnswer = {
  /** The provider's blocks, to be sent back as they are; JSON values only. */
  content: unknown[];
  /** What the model said in words, joined. */
  text: string;
  calls: Array<{ providerId: string; name: string; input: unknown }>;
  stop: 'end' | 'tools' | 'length' | 'refusal';
  usage: Usage;
  /** The model that answered. */
  model: string;
};

export type ModelInfo = {
  id: string;
  displayName: string;
  maxOutputTokens?: number;
};

export interface ModelProvider {
  /** The setting's word for it, e.g. `anthropic`. */
  readonly id: string;
  /** The model that each tier stands for. */
  readonly tiers: Record<'smart' | 'balanced' | 'fast', string>;
  /** The most output tokens that it asks for where a request sets none; ceilings reserve them. */
  readonly usualMaxOutputTokens?: number;
  /** @throws MusterError `model-auth`, `model-unreachable`, `model` */
  listModels(signal: AbortSignal): Promise<ModelInfo[]>;
  /**
   * One request and its whole answer; `onText` gets the words as they come.
   * @throws MusterError `model-auth` (no key, wrong key), `model-unreachable`, `model-refused`
   *   (the service rejects the request), `model-limit` (rate or overload; `retryAfterMs` where the
   *   service says how long), `model`, each with `usage` where a try was billed; an abort rejects with the signal's reason. One request is one
   *   try: retries are the engine's
   */
  streamTurn(
    request: TurnRequest,
    onText: (text: string) => void,
    signal: AbortSignal,
  ): Promise<TurnAnswer>;
}
