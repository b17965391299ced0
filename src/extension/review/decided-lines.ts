/** A word behind each decided hunk: there at once, where the editor draws changed lenses only after a quarter of a second. */
import * as vscode from 'vscode';
import { placeHunks } from '../../shared/hunk-places.ts';
import type { RunId } from '../../shared/ids.ts';
import type { RunState } from '../../shared/run-state.ts';
import { parseReviewUri } from '../review-uris.ts';

type Decided = 'accepted' | 'rejected';

export class DecidedLines implements vscode.Disposable {
  readonly #types: Record<Decided, vscode.TextEditorDecorationType> = {
    accepted: decoration('accepted', 'gitDecoration.addedResourceForeground'),
    rejected: decoration('rejected', 'gitDecoration.deletedResourceForeground'),
  };

  /** Those that have a word: each call of the editor is a message to its window. */
  readonly #marked = new Set<vscode.TextEditor>();

  show(states: ReadonlyMap<RunId, RunState>): void {
    const visible = vscode.window.visibleTextEditors;
    for (const editor of this.#marked) if (!visible.includes(editor)) this.#marked.delete(editor);
    for (const editor of visible) {
      const at = parseReviewUri(editor.document.uri);
      if (at?.side !== 'proposed') continue;
      const state = states.get(at.runId);
      const file = state?.changes?.files.find((each) => each.path === at.path);
      const places = file && state?.status === 'reviewing' ? placeHunks(file) : [];
      const isPlain = places.every((place) => place.decision === 'undecided');
      if (isPlain && !this.#marked.delete(editor)) continue;
      if (!isPlain) this.#marked.add(editor);
      for (const decision of ['accepted', 'rejected'] as const) {
        const lines = places.filter((place) => place.decision === decision);
        const last = editor.document.lineCount - 1;
        const ranges = lines.map(({ line }) => endOf(editor.document, Math.min(line, last)));
        editor.setDecorations(this.#types[decision], ranges);
      }
    }
  }

  dispose(): void {
    for (const type of Object.values(this.#types)) type.dispose();
  }
}

function endOf(document: vscode.TextDocument, line: number): vscode.Range {
  const { end } = document.lineAt(line).range;
  return new vscode.Range(end, end);
}

function decoration(word: Decided, color: string): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
    overviewRulerColor: new vscode.ThemeColor(color),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
    after: {
      contentText: word,
      margin: '0 0 0 2em',
      color: new vscode.ThemeColor('editorCodeLens.foreground'),
    },
  });
}
