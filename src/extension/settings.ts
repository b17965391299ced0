/** The settings as the person made them; all of machine scope, so that no repository can set them. */
import * as vscode from 'vscode';
import { usualDependencyFolders } from '../node/staging/dependency-folders.ts';
import type { TerminalSettings } from '../node/terminal/terminal-settings.ts';
import type { ModelTier } from '../shared/model-tier.ts';
import { MusterError } from '../shared/muster-error.ts';

export type MusterSettings = {
  provider: string;
  anthropicBaseUrl: string;
  tiers: Partial<Record<ModelTier, string>>;
  maxParallelAgents: number;
  maxAttempts: number;
  maxTasks: number;
  approvalHours: number;
  lanes: { link: string[]; setUp: string; capBytes: number };
};

export function readSettings(): MusterSettings {
  const section = vscode.workspace.getConfiguration('muster');
  const tiers: MusterSettings['tiers'] = {};
  for (const tier of ['smart', 'balanced', 'fast'] as const) {
    const model = text(section, `models.${tier}`);
    if (model) tiers[tier] = model;
  }
  return {
    provider: text(section, 'provider') || 'anthropic',
    anthropicBaseUrl: text(section, 'anthropic.baseUrl'),
    tiers,
    maxParallelAgents: wholeNumber(section, 'maxParallelAgents', { fallback: 3, most: 50 }),
    maxAttempts: wholeNumber(section, 'maxAttempts', { fallback: 3, most: 10 }),
    maxTasks: wholeNumber(section, 'maxTasks', { fallback: 50, most: 1000 }),
    approvalHours: wholeNumber(section, 'approval.timeoutHours', { fallback: 24, most: 8760 }),
    lanes: {
      link: folderNames(section.get('lanes.link')),
      setUp: text(section, 'lanes.setup'),
      capBytes: wholeNumber(section, 'storage.capGb', { fallback: 5, most: 10_000 }) * 1024 ** 3,
    },
  };
}

/** Fails closed: a policy or a network that is not understood asks, and is off. */
export function readTerminalSettings(): TerminalSettings {
  const section = vscode.workspace.getConfiguration('muster.terminal');
  const policy = text(section, 'policy');
  const network: unknown = section.get('network');
  return {
    policy: policy === 'sandboxed' || policy === 'deny' ? policy : 'ask',
    allow: texts(section.get('allow')),
    deny: texts(section.get('deny')),
    network: Array.isArray(network) ? texts(network) : network === 'loopback' ? network : 'off',
  };
}

function texts(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((each) => (typeof each === 'string' && each.trim() ? [each.trim()] : []));
}

/**
 * The ceilings of a new run; 0 or empty is none.
 * @throws MusterError `bad-input` for a value that is no amount: a ceiling must not vanish by a typo
 */
export function readCeilings(): { maxUsd?: number; maxTokens?: number; maxMinutes?: number } {
  const section = vscode.workspace.getConfiguration('muster.budget');
  const ceilings: ReturnType<typeof readCeilings> = {};
  for (const name of ['maxUsd', 'maxTokens', 'maxMinutes'] as const) {
    const value: unknown = section.get(name);
    if (value === undefined || value === null || value === 0) continue;
    const whole = name !== 'maxTokens' || Number.isInteger(value);
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || !whole) {
      throw new MusterError(
        'bad-input',
        `The setting muster.budget.${name} is ${JSON.stringify(value)}, which is no amount. Nothing was started, because the ceiling could not be kept. Set a number, or 0 for no ceiling.`,
      );
    }
    ceilings[name] = value;
  }
  return ceilings;
}

/** Values of a settings file are what somebody typed: nothing is trusted to have its type. */
function text(section: vscode.WorkspaceConfiguration, name: string): string {
  const value: unknown = section.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

function folderNames(value: unknown): string[] {
  if (!Array.isArray(value)) return [...usualDependencyFolders];
  return value.filter((each): each is string => typeof each === 'string' && /^[^/\\]+$/.test(each));
}

function wholeNumber(
  section: vscode.WorkspaceConfiguration,
  name: string,
  { fallback, most }: { fallback: number; most: number },
): number {
  const value: unknown = section.get(name);
  if (typeof value !== 'number' || !Number.isInteger(value)) return fallback;
  return Math.min(Math.max(value, 1), most);
}
