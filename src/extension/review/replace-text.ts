/** Changes a document to another text by one edit of the lines that differ, so that cursors elsewhere stay. */
import * as vscode from 'vscode';

export async function replaceText(document: vscode.TextDocument, text: string): Promise<boolean> {
  const before = linesOf(document.getText());
  const after = linesOf(text);
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  if (start + end === before.length && before.length === after.length) return true;
  const edit = new vscode.WorkspaceEdit();
  const from = new vscode.Position(start, 0);
  const to = document.validatePosition(new vscode.Position(before.length - end, 0));
  edit.replace(
    document.uri,
    new vscode.Range(from, to),
    after.slice(start, after.length - end).join(''),
  );
  return vscode.workspace.applyEdit(edit);
}

/** Each with its end; the last may be empty. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
