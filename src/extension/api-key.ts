/** The person's key: in the editor's secret storage or the environment, and nowhere else. */
import process from 'node:process';
import * as vscode from 'vscode';
import { secretNames } from './ids.ts';

export async function readApiKey(secrets: vscode.SecretStorage): Promise<string | undefined> {
  const stored = await secrets.get(secretNames.anthropicKey);
  return stored || process.env.ANTHROPIC_API_KEY || undefined;
}

/** @returns false when the person thought better of it */
export async function askForApiKey(secrets: vscode.SecretStorage): Promise<boolean> {
  const key = await vscode.window.showInputBox({
    title: 'Muster: Set API Key',
    prompt:
      'Key for the Anthropic Messages API. It is kept in the secret storage of the editor. Empty removes it.',
    password: true,
    ignoreFocusOut: true,
  });
  if (key === undefined) return false;
  if (key.trim() === '') await secrets.delete(secretNames.anthropicKey);
  else await secrets.store(secretNames.anthropicKey, key.trim());
  return true;
}
