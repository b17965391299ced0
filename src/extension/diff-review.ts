/** The review in the diff editor: two read-only sides on schemes of Muster's own, and lenses over each hunk. */
import * as vscode from 'vscode';
import { withoutRejected } from '../engine/review/apply-decisions.ts';
import type { RunHost } from '../node/run-host.ts';
import { type HunkDecision, type ReviewedFile, undecidedCount } from '../shared/changes.ts';
import { type HunkPlace, placeHunks } from '../shared/hunk-places.ts';
import type { RunId } from '../shared/ids.ts';
import type { RunState } from '../shared/run-state.ts';
import { commandIds, schemes } from './ids.ts';
import { parseReviewUri, type ReviewedUri, reviewUri } from './review-uris.ts';

export type ReviewSource = {
  host(): Promise<RunHost>;
  state(runId: RunId): Promise<RunState>;
};

/** What a lens hands to its command. */
export type HunkTarget = { runId: RunId; path: string; hunkId: string };

export class DiffReview implements vscode.Disposable {
  readonly #source: ReviewSource;
  readonly #contentChanged = new vscode.EventEmitter<vscode.Uri>();
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly #registered: vscode.Disposable;

  constructor(source: ReviewSource) {
    this.#source = source;
    const content: vscode.TextDocumentContentProvider = {
      onDidChange: this.#contentChanged.event,
      provideTextDocumentContent: (uri) => this.#content(uri),
    };
    const lenses: vscode.CodeLensProvider = {
      onDidChangeCodeLenses: this.#lensesChanged.event,
      provideCodeLenses: (document) => this.#lenses(document),
    };
    this.#registered = vscode.Disposable.from(
      this.#contentChanged,
      this.#lensesChanged,
      vscode.workspace.registerTextDocumentContentProvider(schemes.base, content),
      vscode.workspace.registerTextDocumentContentProvider(schemes.proposed, content),
      vscode.languages.registerCodeLensProvider({ scheme: schemes.proposed }, lenses),
    );
  }

  /** Opens the diff of a file, or of the first that is not decided yet. */
  async open(runId: RunId, path?: string): Promise<void> {
    const files = (await this.#source.state(runId)).changes?.files ?? [];
    const file =
      files.find((each) => each.path === path) ??
      files.find((each) => undecidedCount(each) > 0) ??
      files[0];
    if (!file) return;
    const base = reviewUri({ side: 'base', runId, path: file.path });
    const proposed = reviewUri({ side: 'proposed', runId, path: file.path });
    await vscode.commands.executeCommand('vscode.diff', base, proposed, titleOf(file), {
      preview: true,
    });
  }

  /** Redraws after decisions. */
  refresh(runId: RunId, paths: readonly string[]): void {
    for (const path of paths) {
      this.#contentChanged.fire(reviewUri({ side: 'proposed', runId, path }));
    }
    this.#lensesChanged.fire();
  }

  /** What the active diff shows, and the hunks that the cursor touches. */
  async atCursor(): Promise<{ runId: RunId; path: string; hunks: string[] } | undefined> {
    const editor = vscode.window.activeTextEditor;
    const at = activeReview();
    if (!at) return undefined;
    const { runId, path } = at;
    const file = fileOf(await this.#source.state(runId), path);
    const selection = editor && parseReviewUri(editor.document.uri) ? editor.selection : undefined;
    if (!file || !selection) return { runId, path, hunks: [] };
    const touched = placeHunks(file).filter(
      ({ line, lines }) =>
        line <= selection.end.line && selection.start.line <= line + Math.max(0, lines - 1),
    );
    return { runId, path, hunks: touched.map(({ hunk }) => hunk.id) };
  }

  dispose(): void {
    this.#registered.dispose();
  }

  async #content(uri: vscode.Uri): Promise<string> {
    const at = parseReviewUri(uri);
    if (!at) return '';
    const { changes } = await this.#source.state(at.runId);
    const file = changes?.files.find((each) => each.path === at.path);
    if (!changes || !file) return '';
    const host = await this.#source.host();
    const before = await host.readFile(at.runId, changes.base, at.path);
    if (at.side === 'base') return shown(before);
    const proposed = await host.readFile(at.runId, changes.head, at.path);
    if (file.hunks.length === 0) return shown(file.whole === 'rejected' ? before : proposed);
    return shown(withoutRejected(before, proposed, file));
  }

  async #lenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const at = parseReviewUri(document.uri);
    if (!at) return [];
    const state = await this.#source.state(at.runId);
    const file = fileOf(state, at.path);
    if (!file || state.status !== 'reviewing') return [];
    const last = Math.max(0, document.lineCount - 1);
    return placeHunks(file).flatMap((place) => hunkLenses(at, place, last));
  }
}

/** The reviewed file of the active tab, whichever side or header has the focus. */
export function activeReview(): ReviewedUri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputTextDiff) return parseReviewUri(input.modified);
  const editor = vscode.window.activeTextEditor;
  return editor && parseReviewUri(editor.document.uri);
}

function hunkLenses(at: ReviewedUri, place: HunkPlace, lastLine: number): vscode.CodeLens[] {
  const line = Math.min(place.line, lastLine);
  const range = new vscode.Range(line, 0, line, 0);
  const target: HunkTarget = { runId: at.runId, path: at.path, hunkId: place.hunk.id };
  const lens = (title: string, command: string, tooltip: string) =>
    new vscode.CodeLens(range, { title, command, tooltip, arguments: [target] });
  const accept = lens('$(check) Accept hunk', commandIds.acceptHunk, 'This change will be applied');
  const reject = lens('$(x) Reject hunk', commandIds.rejectHunk, 'This change will not be applied');
  const undo = (word: string) =>
    lens(`$(discard) ${word}: undo`, commandIds.undoDecision, 'Back to undecided');
  const decided: Record<HunkDecision, vscode.CodeLens[]> = {
    undecided: [accept, reject],
    accepted: [undo('Accepted'), reject],
    rejected: [accept, undo('Rejected')],
  };
  return decided[place.decision];
}

function fileOf(state: RunState, path: string): ReviewedFile | undefined {
  return state.changes?.files.find((each) => each.path === path);
}

function titleOf(file: ReviewedFile): string {
  const word = { added: 'new', modified: 'changed', deleted: 'deleted' }[file.status];
  return `${file.path} (Muster, ${word})`;
}

function shown(bytes: Uint8Array | undefined): string {
  if (!bytes) return '';
  if (bytes.includes(0)) return `Binary file of ${bytes.length} bytes; decide on it as a whole.\n`;
  return new TextDecoder('utf-8').decode(bytes);
}
