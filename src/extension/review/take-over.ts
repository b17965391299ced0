/** Puts what was decided into a document that the person has typed into. */
import * as vscode from 'vscode';
import { mergeTexts } from '../../node/git/merge-texts.ts';
import { replaceText } from './replace-text.ts';

/** How often, where the person types on meanwhile. */
const tries = 3;

/**
 * What the person typed stays where both changed the same lines.
 * @returns false when the document is as it was
 */
export async function takeOver(
  document: vscode.TextDocument,
  { base, now }: { base: Uint8Array; now: Uint8Array },
): Promise<boolean> {
  const { encoding } = document;
  for (let left = tries; left > 0; left -= 1) {
    const { version } = document;
    const wanted = await vscode.workspace.encode(document.getText(), { encoding });
    const { signal } = new AbortController();
    const merged = await mergeTexts({ base, now, wanted }, 'wanted', signal);
    if (!merged) return false;
    const text = await vscode.workspace.decode(merged, { encoding });
    if (document.version !== version) continue;
    if (await replaceText(document, text)) return true;
  }
  return false;
}
