/** Which model provider a run uses, from settings and the environment; shared by editor and command line. */
import type { ModelProvider } from '../engine/model-port.ts';
import { MusterError } from '../shared/muster-error.ts';
import { demoScript } from './demo/demo-script.ts';
import { isSampleWorkspace } from './demo/sample-workspace.ts';
import { anthropicTiers, createAnthropicProvider } from './models/anthropic-provider.ts';
import { createScriptedProvider } from './models/scripted-provider.ts';

export type ProviderSettings = {
  provider: string;
  workspace: string;
  /** Absent where the person has set none. */
  apiKey?: string;
  baseUrl?: string;
  tiers?: Partial<ModelProvider['tiers']>;
};

/** @throws MusterError `bad-input` for a provider that this version does not have */
export async function createProvider(settings: ProviderSettings): Promise<ModelProvider> {
  switch (settings.provider) {
    case 'anthropic':
      return createAnthropicProvider({
        apiKey: settings.apiKey,
        baseUrl: settings.baseUrl,
        tiers: { ...anthropicTiers, ...settings.tiers },
      });
    case 'demo':
      if (await isSampleWorkspace(settings.workspace)) return createScriptedProvider(demoScript);
      throw new MusterError(
        'bad-input',
        'The demo provider is a script that plays on its own sample workspace, and this is another folder. Nothing was started. Choose the provider "anthropic" in the settings to work here, or open the sample.',
      );
    default:
      throw new MusterError(
        'bad-input',
        `The provider "${settings.provider}" is not available in this version; there are anthropic and demo. Nothing was started. Change the setting muster.provider.`,
      );
  }
}
