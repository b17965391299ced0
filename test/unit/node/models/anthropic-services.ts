/** The Anthropic provider on loopback servers that are closed after each test. */
import assert from 'node:assert/strict';
import { afterEach } from 'mocha';
import type { ModelProvider, TurnAnswer } from '../../../../src/engine/model-port.ts';
import {
  type AnthropicProviderOptions,
  createAnthropicProvider,
} from '../../../../src/node/models/anthropic-provider.ts';
import type { Step } from '../../../../src/node/models/script.ts';
import { isMusterError, type MusterError } from '../../../../src/shared/muster-error.ts';
import {
  type ModelServer,
  type ModelServerOptions,
  startModelServer,
} from '../../../support/model-server/start-model-server.ts';
import { ask, never, script } from './conversation.ts';

export type AnthropicServices = {
  serve(conversations: Record<string, Step[]>, options?: ModelServerOptions): Promise<ModelServer>;
  providerFor(server: ModelServer, more?: Partial<AnthropicProviderOptions>): ModelProvider;
  answerOf(step: Step, options?: ModelServerOptions): Promise<TurnAnswer>;
  failureOf(step: Step, options?: ModelServerOptions): Promise<MusterError>;
};

/** To be called in a `describe`. */
export function anthropicServices(): AnthropicServices {
  const servers: ModelServer[] = [];
  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  async function serve(conversations: Record<string, Step[]>, options?: ModelServerOptions) {
    const server = await startModelServer(script(conversations), options);
    servers.push(server);
    return server;
  }

  function providerFor(server: ModelServer, more: Partial<AnthropicProviderOptions> = {}) {
    return createAnthropicProvider({ apiKey: server.apiKey, baseUrl: server.url, ...more });
  }

  async function answerOf(step: Step, options?: ModelServerOptions): Promise<TurnAnswer> {
    const provider = providerFor(await serve({ plan: [step] }, options));
    return provider.streamTurn(ask('plan'), () => {}, never);
  }

  async function failureOf(step: Step, options?: ModelServerOptions) {
    const error = await answerOf(step, options).then(
      () => assert.fail('it should have failed'),
      (reason: unknown) => reason,
    );
    assert.ok(isMusterError(error), String(error));
    return error;
  }
  return { serve, providerFor, answerOf, failureOf };
}
