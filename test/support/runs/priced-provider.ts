/** A scripted provider whose models have prices, and whose requests can be held in flight. */
import { setImmediate } from 'node:timers/promises';
import type { ModelProvider } from '../../../src/engine/model-port.ts';
import { anthropicTiers } from '../../../src/node/models/anthropic-provider.ts';
import { Script } from '../../../src/node/models/script.ts';
import { createScriptedProvider } from '../../../src/node/models/scripted-provider.ts';
import type { ScriptInput } from './scripted-run.ts';

type PricedOptions = {
  tiers?: ModelProvider['tiers'];
  maxOutputTokens?: number;
  /** Called while a request is in flight; it is answered once this has resolved. */
  inFlight?: (conversationId: string) => Promise<void>;
};

export function pricedProvider(script: ScriptInput, options: PricedOptions = {}): ModelProvider {
  const { tiers = anthropicTiers, maxOutputTokens = 1000, inFlight = nextTurns } = options;
  const scripted = createScriptedProvider(Script.parse(script), {
    id: 'anthropic',
    tiers,
    pace: 0,
  });
  return {
    ...scripted,
    usualMaxOutputTokens: maxOutputTokens,
    async streamTurn(request, onText, signal) {
      await inFlight(request.conversationId);
      return scripted.streamTurn(request, onText, signal);
    },
  };
}

/** Long enough for everything else that is due to be announced. */
async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await setImmediate();
}
