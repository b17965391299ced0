/** Turns a request of the engine into one of the Messages API; the same conversation gives the same bytes. */
import type {
  MessageCreateParamsBase,
  MessageParam,
  TextBlockParam,
  ToolResultBlockParam,
} from '@anthropic-ai/sdk/resources/messages';
import type { Message, TurnRequest, UserBlock } from '../../engine/model-port.ts';
import { assertNever } from '../../shared/assert-never.ts';
import type { Effort, KnownModel } from './anthropic-models.ts';
import { wireTools } from './strict-tools.ts';

/** Thinking counts towards it; tokens that are not used cost nothing. */
export const usualMaxTokens = 64_000;
const safeMaxTokens = 32_000;

const cached = { type: 'ephemeral' } as const;

/**
 * Cache breakpoints stand at the end of tools and system, shared by sibling conversations, and by
 * the top-level marker at the end of the conversation, so that no marker ever is in a message.
 */
export function wireRequest(
  request: TurnRequest,
  model: KnownModel,
  effort: Effort | undefined,
): MessageCreateParamsBase {
  const tools = wireTools(request.tools, model.strictTools);
  const system: TextBlockParam[] = request.system
    ? [{ type: 'text', text: request.system, cache_control: cached }]
    : [];
  return {
    model: request.model,
    max_tokens: maxTokens(request.maxOutputTokens, model),
    ...(system.length > 0 ? { system } : {}),
    ...(tools.length > 0 ? { tools, tool_choice: { type: 'auto' } } : {}),
    messages: request.messages.map(wireMessage),
    ...(model.adaptiveThinking ? { thinking: { type: 'adaptive', display: 'summarized' } } : {}),
    ...(effort && model.efforts.includes(effort) ? { output_config: { effort } } : {}),
    cache_control: cached,
  };
}

function maxTokens(wanted: number | undefined, { maxOutputTokens: most }: KnownModel): number {
  if (most === undefined) return wanted ?? safeMaxTokens;
  return Math.min(wanted ?? usualMaxTokens, most);
}

function wireMessage(message: Message): MessageParam {
  switch (message.role) {
    case 'user':
      return { role: 'user', content: message.content.map(wireBlock) };
    case 'assistant':
      // The provider's own blocks, as they came from the service and through the journal.
      return { role: 'assistant', content: message.content as MessageParam['content'] & unknown[] };
    default:
      return assertNever(message);
  }
}

function wireBlock(block: UserBlock): TextBlockParam | ToolResultBlockParam {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'tool_result':
      return {
        type: 'tool_result',
        tool_use_id: block.providerId,
        content: block.content,
        is_error: block.isError,
      };
    default:
      return assertNever(block);
  }
}
