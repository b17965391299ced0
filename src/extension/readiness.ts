/** Whether a run could be started now: folder, trust, provider, key. */
import process from 'node:process';
import * as vscode from 'vscode';
import type { SandboxState } from '../node/terminal/sandbox.ts';
import { MusterError } from '../shared/muster-error.ts';
import type { Readiness } from '../shared/protocol.ts';
import { readApiKey } from './api-key.ts';
import { readSettings } from './settings.ts';

/** @param sandbox what is known of it by now; the panel does not wait for its trial */
export async function checkReadiness(
  secrets: vscode.SecretStorage,
  sandbox?: SandboxState,
): Promise<Readiness> {
  const noSandbox =
    sandbox && !sandbox.works ? { noSandbox: `${sandbox.reason}. ${sandbox.advice}` } : {};
  const folder = workspaceFolder();
  if (folder === undefined) return { kind: 'no-folder' };
  if (!vscode.workspace.isTrusted) return { kind: 'untrusted' };
  const names = otherFolders(folder);
  const others = names.length > 0 ? { others: names } : {};
  const { provider } = readSettings();
  switch (provider) {
    case 'demo':
      return { kind: 'ready', provider, folder, ...others, ...noSandbox };
    case 'anthropic': {
      const hasKey = (await readApiKey(secrets)) !== undefined;
      return hasKey
        ? { kind: 'ready', provider, folder, ...others, ...noSandbox }
        : { kind: 'no-key', provider };
    }
    default:
      return {
        kind: 'unsupported',
        message: `The setting muster.provider is "${provider}", which this version does not have. Choose anthropic or demo.`,
      };
  }
}

/** The first folder on disk; Muster works in one folder at a time. */
export function workspaceFolder(): string | undefined {
  const folder = vscode.workspace.workspaceFolders?.find((each) => each.uri.scheme === 'file');
  return folder?.uri.fsPath;
}

function otherFolders(folder: string): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter((each) => each.uri.fsPath !== folder).map((each) => each.name);
}

/** @throws MusterError `no-folder`, `untrusted` */
export function requireFolder(): string {
  const folder = workspaceFolder();
  if (folder === undefined) {
    throw new MusterError(
      'no-folder',
      'No folder is open, so there is nothing to work on. Open the folder of your project and try again.',
    );
  }
  if (!vscode.workspace.isTrusted) {
    throw new MusterError(
      'untrusted',
      'This folder is not trusted, so Muster runs nothing in it. Trust it with "Workspaces: Manage Workspace Trust" and try again.',
    );
  }
  return folder;
}

/** The address of the service: the setting, else the environment, else the provider's own. */
export function baseUrl(): string | undefined {
  return readSettings().anthropicBaseUrl || process.env.ANTHROPIC_BASE_URL || undefined;
}
