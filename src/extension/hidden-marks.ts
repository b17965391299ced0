/** Names the characters that do not show in the diffs of a review, whatever the settings of the folder switch off. */
import * as vscode from 'vscode';
import { hiddenIn } from '../shared/hidden-characters.ts';
import { schemes } from './ids.ts';

const reviewed: ReadonlySet<string> = new Set(Object.values(schemes));
const redrawMs = 100;

export function showHiddenMarks(): vscode.Disposable {
  const kind = vscode.window.createTextEditorDecorationType({});
  const draw = (editor: vscode.TextEditor): void => {
    if (reviewed.has(editor.document.uri.scheme))
      editor.setDecorations(kind, marksIn(editor.document));
  };
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = ({ document }: vscode.TextDocumentChangeEvent): void => {
    if (!reviewed.has(document.uri.scheme)) return;
    clearTimeout(timer);
    timer = setTimeout(() => vscode.window.visibleTextEditors.forEach(draw), redrawMs);
  };
  vscode.window.visibleTextEditors.forEach(draw);
  return vscode.Disposable.from(
    kind,
    vscode.window.onDidChangeVisibleTextEditors((editors) => editors.forEach(draw)),
    vscode.workspace.onDidChangeTextDocument(later),
    { dispose: () => clearTimeout(timer) },
  );
}

function marksIn(document: vscode.TextDocument): vscode.DecorationOptions[] {
  return hiddenIn(document.getText()).map(({ index, length, name }) => ({
    range: new vscode.Range(document.positionAt(index), document.positionAt(index + length)),
    hoverMessage: `${name}: a character that does not show`,
    renderOptions: {
      before: {
        contentText: `[${name}]`,
        color: new vscode.ThemeColor('editorWarning.foreground'),
        border: '1px solid',
        borderColor: new vscode.ThemeColor('editorWarning.foreground'),
      },
    },
  }));
}
