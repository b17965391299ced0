/** The models that the loopback server offers, in the shape of the SDK's types. */
import type { ModelCapabilities, ModelInfo } from '@anthropic-ai/sdk/resources/models';

type Line = 'haiku' | 'sonnet' | 'opus' | 'fable';

const yes = { supported: true };
const no = { supported: false };

/** Current models; the newest first, as the service lists them. */
export const currentModels: readonly ModelInfo[] = [
  model('claude-fable-5-2', 'Claude Fable 5.2', 'fable', '2026-11-09'),
  model('claude-haiku-5-5', 'Claude Haiku 5.5', 'haiku', '2026-10-07'),
  model('claude-sonnet-5-5', 'Claude Sonnet 5.5', 'sonnet', '2026-09-28'),
  model('claude-opus-5-5', 'Claude Opus 5.5', 'opus', '2026-09-14'),
];

export function plainModel(id: string, displayName: string): ModelInfo {
  return { ...model(id, displayName, 'sonnet', '1970-01-01'), line: null };
}

function model(id: string, displayName: string, line: Line, released: string): ModelInfo {
  return {
    type: 'model',
    id,
    display_name: displayName,
    created_at: `${released}T00:00:00Z`,
    lifecycle: 'active',
    line,
    deprecated_at: null,
    retires_at: null,
    max_input_tokens: 1_000_000,
    max_tokens: 128_000,
    capabilities: capabilities(line),
  };
}

function capabilities(line: Line): ModelCapabilities {
  return {
    batch: yes,
    citations: yes,
    code_execution: yes,
    context_management: {
      supported: true,
      clear_thinking_20251015: yes,
      clear_tool_uses_20250919: yes,
      compact_20260112: yes,
    },
    effort: { supported: true, low: yes, medium: yes, high: yes, xhigh: yes, max: yes },
    image_input: yes,
    pdf_input: yes,
    server_tools: { supported: true, code_execution: yes, web_search: yes },
    structured_outputs: yes,
    thinking: {
      supported: true,
      types: {
        adaptive: yes,
        between_tools: line === 'sonnet' ? yes : no,
        disabled: no,
        enabled: no,
      },
    },
  };
}
