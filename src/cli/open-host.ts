/** The run host of a command line: settings come from flags and the environment. */
import process from 'node:process';
import type { ModelProvider } from '../engine/model-port.ts';
import { ModelGate } from '../engine/run/model-gate.ts';
import { Slots } from '../engine/schedule/slots.ts';
import { musterVersion } from '../node/muster-version.ts';
import { createProvider } from '../node/provider-settings.ts';
import { RunHost } from '../node/run-host.ts';
import { systemClock } from '../node/system-clock.ts';
import { systemRandom } from '../node/system-random.ts';
import { systemTimer } from '../node/system-timer.ts';
import { createSandbox } from '../node/terminal/sandbox.ts';
import { defaultTerminal, type TerminalSettings } from '../node/terminal/terminal-settings.ts';
import type { RunFlags } from './arguments.ts';
import type { Printer } from './printer.ts';

const defaultParallel = 3;
const defaults = { maxAttempts: 3, approvalHours: 24 };

/** One for the process: started by the first command, closed by `closeSandbox`. */
const sandbox = createSandbox();

export function closeSandbox(): Promise<void> {
  return sandbox.close();
}

function terminalOf({ allowCommands, allowNetwork = [] }: RunFlags): TerminalSettings {
  return {
    ...defaultTerminal,
    policy: allowCommands === 'sandboxed' ? 'sandboxed' : 'ask',
    network: allowNetwork,
  };
}

export function openHost(flags: RunFlags, printer: Printer): Promise<RunHost> {
  return RunHost.open({
    workspace: flags.workspace,
    ...(flags.state === undefined ? {} : { stateRoot: flags.state }),
    slots: new Slots(() => flags.maxParallel ?? defaultParallel),
    gate: new ModelGate({ clock: systemClock, timer: systemTimer, random: systemRandom }),
    clock: systemClock,
    timer: systemTimer,
    random: systemRandom,
    limits: () => ({
      ...defaults,
      ...(flags.maxTasks === undefined ? {} : { maxTasks: flags.maxTasks }),
      ...runCeilings(flags),
    }),
    editing: { unsaved: async () => [], isBeingEdited: () => false },
    musterVersion,
    terminal: { settings: () => terminalOf(flags), sandbox },
    onEvents: (_, events) => printer.events(events),
    onText: () => {},
    onRecovered: (message) => printer.note(message),
  });
}

/** Of a new run; those of an older one are set when it is taken up. */
function runCeilings({ ceilings }: RunFlags) {
  const { usd, tokens, minutes } = ceilings ?? {};
  return {
    ...(usd ? { maxUsd: usd } : {}),
    ...(tokens ? { maxTokens: tokens } : {}),
    ...(minutes ? { maxMinutes: minutes } : {}),
  };
}

export function providerFor(
  flags: RunFlags,
  run: { workspace: string; provider?: string },
): Promise<ModelProvider> {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: address } = process.env;
  const baseUrl = flags.baseUrl ?? address;
  const { model } = flags;
  return createProvider({
    provider: flags.provider ?? run.provider ?? 'anthropic',
    workspace: run.workspace,
    ...(apiKey ? { apiKey } : {}),
    ...(baseUrl ? { baseUrl } : {}),
    ...(model === undefined ? {} : { tiers: { smart: model, balanced: model, fast: model } }),
  });
}
