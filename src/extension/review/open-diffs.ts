/** Opens what is reviewed: the diff of a file, of all files, or a picture beside the one before. */
import * as vscode from 'vscode';
import { type ReviewedFile, shownPath } from '../../shared/changes.ts';
import { encodingWords, fileStatus, hunkWords } from '../../shared/file-state.ts';
import { showHidden } from '../../shared/hidden-characters.ts';
import type { RunId } from '../../shared/ids.ts';
import { baseUri, parseReviewUri, reviewUri } from '../review-uris.ts';

/** @param line of the proposed side, from 0; the first hunk where it is not given */
export async function openDiff(runId: RunId, file: ReviewedFile, line?: number): Promise<void> {
  const base = baseUri(runId, file);
  const proposed = reviewUri({ side: 'proposed', runId, path: file.path });
  if (line !== undefined && revealInActive(proposed, line)) return;
  const at = line === undefined ? {} : { selection: new vscode.Range(line, 0, line, 0) };
  const title = titleOf(file);
  if (file.binary && file.status !== 'modified') {
    // Of a picture that is new or goes, one side is nothing that could be shown.
    const only = file.status === 'added' ? proposed : base;
    await vscode.commands.executeCommand('vscode.open', only, { preview: true }, title);
    return;
  }
  const options: vscode.TextDocumentShowOptions = { preview: true, ...at };
  await vscode.commands.executeCommand('vscode.diff', base, proposed, title, options);
}

export async function openMultiDiff(runId: RunId, files: readonly ReviewedFile[]): Promise<void> {
  // The editor itself says how many files they are; what is left to decide would not stay true.
  const changes = files.reduce((sum, file) => sum + Math.max(1, file.hunks.length), 0);
  const title = `${multiDiffTitle}${changes === 1 ? '1 change' : `${changes} changes`}`;
  const sides = files.map((file) => {
    const proposed = reviewUri({ side: 'proposed', runId, path: file.path });
    const base = file.status === 'added' ? undefined : baseUri(runId, file);
    return [proposed, base, proposed] as const;
  });
  await vscode.commands.executeCommand('vscode.changes', title, sides);
}

/** For `when` clauses: such a tab has no input that the interface of the editor names. */
export function noteMultiDiff(): void {
  const label = vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';
  const isOurs = label.startsWith(multiDiffTitle);
  void vscode.commands.executeCommand('setContext', 'muster.reviewingAll', isOurs);
}

const multiDiffTitle = 'Muster: ';

/** Within the editor of all files too, where the file has the focus already. */
function revealInActive(proposed: vscode.Uri, line: number): boolean {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.uri.toString() !== proposed.toString()) return false;
  const at = editor.document.validatePosition(new vscode.Position(line, 0));
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(
    new vscode.Range(at, at),
    vscode.TextEditorRevealType.InCenterIfOutsideViewport,
  );
  return parseReviewUri(editor.document.uri) !== undefined;
}

/** What is left to decide stands beside it, as the mark of the file: a title stays as it was opened. */
function titleOf(file: ReviewedFile): string {
  const words = [fileStatus(file), ...encodingWords(file), hunkWords(file)];
  return `${showHidden(shownPath(file))} (Muster, ${words.join(', ')})`;
}
