/** Cursors stay at their lines where a decision changes the text of a document: the editor puts them behind what it took over. */
import * as vscode from 'vscode';
import { wideEncodingOf } from '../../node/git/line-text.ts';
import { movedLines } from '../../shared/moved-lines.ts';
import { linesOf } from './hunk-lenses.ts';

type Kept = { at: vscode.Position; changed: boolean; end(): void };

/** An editor that has not taken the text over by then never will. */
const longestMs = 5_000;

export class KeptCursors implements vscode.Disposable {
  readonly #kept = new Map<vscode.TextEditor, Kept>();
  readonly #listening = vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0) return;
      for (const [editor, kept] of this.#kept) {
        if (editor.document === document) putBack(editor, kept);
      }
    }),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind, selections }) => {
      const kept = this.#kept.get(textEditor);
      const isThere = kept?.changed && selections[0]?.active.isEqual(kept.at);
      if (isThere || (kind !== undefined && kind !== vscode.TextEditorSelectionChangeKind.Command))
        kept?.end();
    }),
  );

  /** To be called before the editor is told that the text is another. */
  keep(uri: vscode.Uri, { before, now }: { before: Uint8Array; now: Uint8Array }): void {
    const { forth } = movedLines(textLines(before), textLines(now));
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() !== uri.toString()) continue;
      const { active } = this.selectionOf(editor);
      this.#kept.get(editor)?.end();
      const timer = setTimeout(() => end(), longestMs);
      const end = () => {
        clearTimeout(timer);
        this.#kept.delete(editor);
      };
      const at = new vscode.Position(forth(active.line), active.character);
      this.#kept.set(editor, { at, changed: false, end });
    }
  }

  /** Where the person sees the cursor, or will in a moment. */
  selectionOf(editor: vscode.TextEditor): vscode.Selection {
    const kept = this.#kept.get(editor);
    return kept ? new vscode.Selection(kept.at, kept.at) : editor.selection;
  }

  dispose(): void {
    for (const { end } of [...this.#kept.values()]) end();
    this.#listening.dispose();
  }
}

function textLines(bytes: Uint8Array): string[] {
  const encoding = wideEncodingOf(bytes);
  return linesOf(bytes, encoding === undefined ? {} : { encoding });
}

function putBack(editor: vscode.TextEditor, kept: Kept): void {
  kept.at = editor.document.validatePosition(kept.at);
  kept.changed = true;
  editor.selection = new vscode.Selection(kept.at, kept.at);
}
