/** The model provider on the Anthropic Messages API. */
import Anthropic from '@anthropic-ai/sdk';
import type { ModelProvider } from '../../engine/model-port.ts';
import type { Usage } from '../../shared/usage.ts';
import { collectUsage, collectWords, readAnswer } from './anthropic-answer.ts';
import {
  badAddressError,
  badKeyError,
  modelError,
  noKeyError,
  type Where,
} from './anthropic-error.ts';
import { assumedModel, type Effort, fetchModels, type KnownModel } from './anthropic-models.ts';
import { usualMaxTokens, wireRequest } from './anthropic-request.ts';
import { fetchedOnce } from './fetched-once.ts';

export const anthropicBaseUrl = 'https://api.anthropic.com';

export const anthropicTiers: ModelProvider['tiers'] = {
  smart: 'claude-opus-5-5',
  balanced: 'claude-sonnet-5-5',
  fast: 'claude-haiku-5-5',
};

export type AnthropicProviderOptions = {
  /** Undefined or empty where the person has set none: then every request fails with `model-auth`. */
  apiKey: string | undefined;
  baseUrl?: string | undefined;
  tiers?: ModelProvider['tiers'];
  /** Sent where the model offers it; else the service's default holds. */
  effort?: Effort;
  fetch?: typeof globalThis.fetch;
};

/** Everything comes from the options; nothing is read from the environment. */
export function createAnthropicProvider(options: AnthropicProviderOptions): ModelProvider {
  const tiers = options.tiers ?? anthropicTiers;
  const apiKey = options.apiKey?.trim() ?? '';
  const baseUrl = options.baseUrl?.trim() || anthropicBaseUrl;
  let connected: Anthropic | undefined;
  const client = () => {
    connected ??= connect(apiKey, baseUrl, options.fetch ?? globalThis.fetch);
    return connected;
  };
  const models = fetchedOnce((signal) => fetchModels(client(), signal));

  async function guarded<T>(
    signal: AbortSignal,
    model: string | undefined,
    work: (client: Anthropic) => Promise<T>,
    billed?: () => Usage | undefined,
  ): Promise<T> {
    signal.throwIfAborted();
    const where = whereOf(apiKey, baseUrl, model);
    try {
      return await work(client());
    } catch (error) {
      signal.throwIfAborted();
      throw modelError(error, where, billed?.());
    }
  }

  return {
    id: 'anthropic',
    tiers,
    usualMaxOutputTokens: usualMaxTokens,
    listModels: (signal) =>
      guarded(signal, undefined, async () => {
        const listed = [...(await models(signal)).values()];
        const offered =
          listed.length > 0 ? listed : [...new Set(Object.values(tiers))].map(assumedModel);
        return offered.map(modelInfo);
      }),
    streamTurn(request, onText, signal) {
      const usage = collectUsage();
      const ask = async (connection: Anthropic) => {
        const model = (await models(signal)).get(request.model) ?? assumedModel(request.model);
        const words = collectWords(request.tools.length > 0, onText);
        const stream = connection.messages
          .stream(wireRequest(request, model, options.effort), { signal })
          .on('streamEvent', usage.take)
          .on('streamEvent', words.take);
        return readAnswer(await stream.finalMessage(), words.text());
      };
      return guarded(signal, request.model, ask, usage.sum);
    },
  };
}

function modelInfo({ id, displayName, maxOutputTokens }: KnownModel) {
  return { id, displayName, ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }) };
}

function whereOf(apiKey: string, baseUrl: string, model: string | undefined): Where {
  if (apiKey === '') throw noKeyError();
  // Such a key cannot stand in a header, and fetch would repeat it in its complaint.
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw badKeyError();
  const url = URL.parse(baseUrl);
  if (!url || !/^https?:$/.test(url.protocol)) throw badAddressError();
  return { apiKey, host: url.host, ...(model === undefined ? {} : { model }) };
}

/** Every option that the SDK would else take from the environment is given. */
function connect(apiKey: string, baseURL: string, fetch: typeof globalThis.fetch): Anthropic {
  return new Anthropic({
    apiKey,
    authToken: null,
    webhookKey: null,
    baseURL,
    logLevel: 'off',
    openTelemetry: false,
    // The engine's gate retries, for everybody on the model at once.
    maxRetries: 0,
    fetch: (url, init) => fetch(url, { ...init, headers: ownHeaders(init?.headers, apiKey) }),
  });
}

/** The SDK adds the headers of ANTHROPIC_CUSTOM_HEADERS, unasked; only its own go out. */
function ownHeaders(given: HeadersInit | undefined, apiKey: string): Headers {
  const headers = new Headers(given);
  for (const name of [...headers.keys()]) {
    if (!/^(?:accept|content-type|user-agent|anthropic-version|x-stainless-.*)$/.test(name)) {
      headers.delete(name);
    }
  }
  headers.set('authorization', `Bearer ${apiKey}`);
  return headers;
}
