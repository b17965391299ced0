/** The run host of a window: settings, editors and the model's key are this editor's. */
import * as vscode from 'vscode';
import type { ModelProvider } from '../engine/model-port.ts';
import { ModelGate } from '../engine/run/model-gate.ts';
import { Slots } from '../engine/schedule/slots.ts';
import { musterVersion } from '../node/muster-version.ts';
import { createProvider } from '../node/provider-settings.ts';
import { RunHost } from '../node/run-host.ts';
import type { RunHostOptions } from '../node/run-host-options.ts';
import { systemClock } from '../node/system-clock.ts';
import { systemRandom } from '../node/system-random.ts';
import { systemTimer } from '../node/system-timer.ts';
import type { Sandbox } from '../node/terminal/sandbox.ts';
import { readApiKey } from './api-key.ts';
import { createEditing } from './editing.ts';
import { plainMessage } from './plain-message.ts';
import { baseUrl } from './readiness.ts';
import { readCeilings, readSettings, readTerminalSettings } from './settings.ts';

/** Of all folders of a window. */
export type SharedLimits = Pick<RunHostOptions, 'slots' | 'gate'>;

export function sharedLimits(): SharedLimits {
  return {
    slots: new Slots(() => readSettings().maxParallelAgents),
    gate: new ModelGate({ clock: systemClock, timer: systemTimer, random: systemRandom }),
  };
}

type Listener = Pick<RunHostOptions, 'onEvents' | 'onText' | 'onOutput'>;

/** @throws MusterError `no-folder`, `unsuitable-workspace` */
export function openWindowHost(
  folder: string,
  shared: SharedLimits,
  { sandbox, ...listener }: Listener & { sandbox: Sandbox },
): Promise<RunHost> {
  return RunHost.open({
    workspace: folder,
    ...shared,
    ...listener,
    clock: systemClock,
    timer: systemTimer,
    random: systemRandom,
    limits: () => {
      const { maxAttempts, approvalHours, maxTasks } = readSettings();
      return { maxAttempts, approvalHours, maxTasks, ...readCeilings() };
    },
    editing: createEditing(folder),
    lanes: () => readSettings().lanes,
    terminal: { settings: readTerminalSettings, sandbox },
    musterVersion,
    editorRoot: vscode.env.appRoot,
    onRecovered: (message) =>
      void vscode.window.showWarningMessage(plainMessage(`Muster: ${message}`)),
  });
}

/** @param ofRun the provider that a run began with; that of the settings for a new one */
export async function windowProvider(
  secrets: vscode.SecretStorage,
  workspace: string,
  ofRun?: string,
): Promise<ModelProvider> {
  const { provider, tiers } = readSettings();
  const apiKey = await readApiKey(secrets);
  const address = baseUrl();
  return createProvider({
    provider: ofRun ?? provider,
    workspace,
    tiers,
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(address === undefined ? {} : { baseUrl: address }),
  });
}
