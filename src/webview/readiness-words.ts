/** Why a run cannot be started now, and the way out. */
import { assertNever } from '../shared/assert-never.ts';
import type { Intent, Readiness } from '../shared/protocol.ts';
import { demoLabel, list } from './words.ts';

export type Obstacle = { reason: string; wayOut?: { words: string; intent: Intent } };

export function obstacleOf(readiness: Readiness): Obstacle | undefined {
  switch (readiness.kind) {
    case 'ready':
      return undefined;
    case 'no-folder':
      return {
        reason: 'No folder is open. Muster works on the files of one folder: open it first.',
        wayOut: { words: 'Open Folder', intent: { type: 'open-folder' } },
      };
    case 'untrusted':
      return {
        reason:
          'This folder is not trusted, so nothing of it is run and no agent works on it. Trust it to go on.',
        wayOut: { words: 'Manage Trust', intent: { type: 'manage-trust' } },
      };
    case 'no-key':
      return {
        reason: `There is no API key for ${providerNames[readiness.provider] ?? readiness.provider} yet. It is kept in the editor's secret storage.`,
        wayOut: { words: 'Set API Key', intent: { type: 'set-key' } },
      };
    case 'unsupported':
      return {
        reason: readiness.message,
        wayOut: { words: 'Open Settings', intent: { type: 'open-settings' } },
      };
    default:
      return assertNever(readiness);
  }
}

export function providerWords(readiness: Readiness): string {
  if (readiness.kind !== 'ready') return '';
  const promise = `Nothing in ${readiness.folder} changes before you accept it.`;
  const said = isDemo(readiness) ? promise : `${providerNames[readiness.provider]}. ${promise}`;
  return readiness.others ? `${said} ${othersWords(readiness.others)}` : said;
}

function othersWords(others: readonly string[]): string {
  const names = list(others);
  return `A run works in one folder: ${names} ${others.length === 1 ? 'is' : 'are'} not part of it. To work there, open that folder by itself.`;
}

export function isDemo(readiness: Readiness): boolean {
  return readiness.kind === 'ready' && readiness.provider === 'demo';
}

const providerNames: Record<string, string> = {
  anthropic: 'Anthropic',
  openai: 'OpenAI-compatible endpoint',
  vscode: 'Language models of VS Code',
  demo: demoLabel,
};
