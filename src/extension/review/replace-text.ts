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
  const inserted = after.slice(start, after.length - end);
  const edit = new vscode.WorkspaceEdit();
  if (start + end + 1 === before.length && inserted.length === 1) {
    const [was = '', is = ''] = [before[start], inserted[0]];
    const kept = commonEnds(was, is);
    if (kept) {
      const range = new vscode.Range(start, kept.start, start, was.length - kept.end);
      edit.replace(document.uri, range, is.slice(kept.start, is.length - kept.end));
      return vscode.workspace.applyEdit(edit);
    }
  }
  const from = new vscode.Position(start, 0);
  const to = document.validatePosition(new vscode.Position(before.length - end, 0));
  edit.replace(document.uri, new vscode.Range(from, to), inserted.join(''));
  return vscode.workspace.applyEdit(edit);
}

/** None within line ends, nor in lines with characters of two units. */
function commonEnds(was: string, is: string): { start: number; end: number } | undefined {
  const line = (text: string) => text.replace(/\r?\n$/, '');
  const [left, right] = [line(was), line(is)];
  if (was.length - left.length !== is.length - right.length || /[\ud800-\udfff]/.test(was + is)) {
    return undefined;
  }
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < shorter - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  return { start, end: end + was.length - left.length };
}

/** Each with its end; the last may be empty. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
