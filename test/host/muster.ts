/** The extension under test, as another extension reaches it. */
import * as vscode from 'vscode';
import type { MusterApi } from '../../src/extension/api.ts';

type Manifest = {
  version: string;
  contributes: {
    keybindings: Array<{ command: string; key: string; when: string }>;
    commands: { command: string }[];
    configuration: { properties: Record<string, { scope: string }> };
  };
};

function extension(): vscode.Extension<MusterApi> {
  const found = vscode.extensions.getExtension<MusterApi>('muster.muster');
  if (!found) throw new Error('The extension muster.muster is not installed');
  return found;
}

export async function muster(): Promise<MusterApi> {
  return extension().activate();
}

export function manifest(): Manifest {
  return extension().packageJSON as Manifest;
}
