/** Whether the editor shows bytes as something else than they are: saved as they look, they would be lost. */
import { isUtf8 } from 'node:buffer';
import * as vscode from 'vscode';

const replacement = '\ufffd';

export async function isGarbled(bytes: Uint8Array, encoding: string): Promise<boolean> {
  if (encoding.startsWith('utf8')) return !isUtf8(bytes);
  return (await vscode.workspace.decode(bytes, { encoding })).includes(replacement);
}
