/** What the service's models list says a model can do, fetched once for a provider's lifetime. */
import type Anthropic from '@anthropic-ai/sdk';
import { APIError } from '@anthropic-ai/sdk';
import * as z from 'zod';

const Supported = z.object({ supported: z.boolean() }).nullable().optional();

/** The part of the service's answer that Muster decides by; the rest is not looked at. */
const ListedModel = z.object({
  id: z.string().min(1),
  display_name: z.string().optional(),
  max_tokens: z.number().int().positive().nullable().optional(),
  capabilities: z
    .object({
      structured_outputs: Supported,
      effort: z
        .object({
          low: Supported,
          medium: Supported,
          high: Supported,
          xhigh: Supported,
          max: Supported,
        })
        .nullable()
        .optional(),
      thinking: z
        .object({ types: z.object({ adaptive: Supported }) })
        .nullable()
        .optional(),
    })
    .nullable()
    .optional(),
});

export type Effort = 'low' | 'medium' | 'high' | 'xhigh' | 'max';

export type KnownModel = {
  id: string;
  displayName: string;
  /** Undefined where the list does not say. */
  maxOutputTokens: number | undefined;
  adaptiveThinking: boolean;
  strictTools: boolean;
  efforts: readonly Effort[];
};

type KnownModels = ReadonlyMap<string, KnownModel>;

const maxModels = 1000;
const listTimeoutMs = 30_000;

/** For a model that no list tells of: what every current model accepts. */
export function assumedModel(id: string): KnownModel {
  return {
    id,
    displayName: id,
    maxOutputTokens: undefined,
    adaptiveThinking: true,
    strictTools: true,
    efforts: [],
  };
}

/** @returns the models by id, none where the server has no models list */
export async function fetchModels(client: Anthropic, signal: AbortSignal): Promise<KnownModels> {
  const models = new Map<string, KnownModel>();
  try {
    for await (const listed of client.models.list(
      { limit: maxModels },
      { signal, timeout: listTimeoutMs },
    )) {
      const model = ListedModel.safeParse(listed);
      if (model.success) models.set(model.data.id, known(model.data));
      if (models.size >= maxModels) break;
    }
  } catch (error) {
    if (error instanceof APIError && hasNoList(error.status)) return models;
    throw error;
  }
  return models;
}

/** Other failures are thrown: a guess would change the tools' bytes once the list comes back. */
function hasNoList(status: number | undefined): boolean {
  return status === 400 || status === 404 || status === 405 || status === 501;
}

function known({
  id,
  display_name,
  max_tokens,
  capabilities,
}: z.infer<typeof ListedModel>): KnownModel {
  const assumed = assumedModel(id);
  const efforts = Object.entries(capabilities?.effort ?? {}).flatMap(([level, support]) =>
    support?.supported ? [level as Effort] : [],
  );
  return {
    id,
    displayName: display_name ?? id,
    maxOutputTokens: max_tokens ?? undefined,
    adaptiveThinking: capabilities
      ? capabilities.thinking?.types.adaptive?.supported === true
      : assumed.adaptiveThinking,
    strictTools: capabilities
      ? capabilities.structured_outputs?.supported === true
      : assumed.strictTools,
    efforts,
  };
}
