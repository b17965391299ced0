/** The review in the editor: diffs of one file or of all, the way through their hunks, and what shows how far it is. */
import * as vscode from 'vscode';
import type { HunkDecision, ReviewedFile } from '../shared/changes.ts';
import type { RunEvent } from '../shared/events.ts';
import { totalUndecided } from '../shared/file-state.ts';
import { placeHunks } from '../shared/hunk-places.ts';
import type { RunId } from '../shared/ids.ts';
import type { Instruction } from '../shared/instruction.ts';
import { movedLines } from '../shared/moved-lines.ts';
import { MusterError } from '../shared/muster-error.ts';
import { nextUndecided, type ReviewPlace } from '../shared/next-hunk.ts';
import type { RunState } from '../shared/run-state.ts';
import { schemes } from './ids.ts';
import { ChangeTree } from './review/change-tree.ts';
import { DecidedLines } from './review/decided-lines.ts';
import { expectedState } from './review/expected-state.ts';
import { hunkLenses, linesOf } from './review/hunk-lenses.ts';
import { noteMultiDiff, openDiff, openMultiDiff } from './review/open-diffs.ts';
import { ReviewComments } from './review/review-comments.ts';
import { reviewDecorations } from './review/review-decorations.ts';
import { ReviewFiles, type ReviewFilesSource } from './review/review-files.ts';
import { ShownTexts } from './review/shown-texts.ts';
import { UndecidedCount } from './review/undecided-count.ts';
import { parseReviewUri, type ReviewedUri, reviewUri } from './review-uris.ts';

export class DiffReview implements vscode.Disposable {
  readonly files: ReviewFiles;
  readonly comments: ReviewComments;
  readonly #source: ReviewFilesSource;
  /** As they were after the last event, so that no redraw waits for the database. */
  readonly #states = new Map<RunId, RunState>();
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly #marksChanged = new vscode.EventEmitter<vscode.Uri[]>();
  readonly #texts: ShownTexts;
  readonly #tree = new ChangeTree();
  readonly #count = new UndecidedCount();
  readonly #decided = new DecidedLines();
  readonly #registered: vscode.Disposable;

  constructor(given: ReviewFilesSource) {
    const source = { ...given, state: (runId: RunId) => this.#state(runId) };
    this.#source = { ...source, state: given.state };
    const texts = new ShownTexts(source);
    this.#texts = texts;
    this.files = new ReviewFiles(source, texts);
    this.comments = new ReviewComments(source);
    const lenses = hunkLenses(source, texts, this.#lensesChanged.event);
    const marks = reviewDecorations(source, this.#marksChanged.event);
    this.#registered = vscode.Disposable.from(
      this.#lensesChanged,
      this.#marksChanged,
      this.#tree,
      this.#count,
      this.#decided,
      vscode.window.onDidChangeVisibleTextEditors(() => this.#decided.show(this.#states)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme === schemes.proposed) this.#decided.show(this.#states);
      }),
      this.files,
      this.comments,
      vscode.languages.registerCodeLensProvider({ scheme: schemes.proposed }, lenses),
      vscode.window.registerFileDecorationProvider(marks),
      vscode.window.tabGroups.onDidChangeTabs(noteMultiDiff),
      vscode.window.tabGroups.onDidChangeTabGroups(noteMultiDiff),
    );
  }

  /** Opens the diff of a file, or at the first hunk that is not decided yet. */
  async open(runId: RunId, path?: string): Promise<void> {
    const { changes } = await this.#fetch(runId);
    const files = changes?.files ?? [];
    const place = path === undefined ? nextUndecided(files, undefined, 'next') : undefined;
    const wanted = path ?? place?.path ?? files[0]?.path;
    const file = files.find((each) => each.path === wanted);
    if (file) await openDiff(runId, file, place?.line);
  }

  /** Opens all files in one editor. */
  async openAll(runId: RunId): Promise<void> {
    const { changes } = await this.#fetch(runId);
    if (changes) await openMultiDiff(runId, changes.files);
  }

  /** Goes to the next undecided hunk, in whatever file it is. */
  async go(runId: RunId, direction: 'next' | 'previous'): Promise<void> {
    const files = (await this.#fetch(runId)).changes?.files ?? [];
    const place = nextUndecided(files, placeOfCursor(runId), direction);
    const file = files.find((each) => each.path === place?.path);
    if (!place || !file) {
      throw new MusterError('wrong-decision', 'Every change is decided. Apply what you accepted.');
    }
    await openDiff(runId, file, place.line);
  }

  /** Shows the run that the window is about; undefined for none. */
  show(state: RunState | null): void {
    if (state) this.#states.set(state.runId, state);
    const reviewed = state?.status === 'reviewing' ? state : null;
    this.#tree.show(reviewed);
    this.#count.show(reviewed ? totalUndecided(reviewed.changes?.files ?? []) : undefined);
  }

  groupTree(by: 'file' | 'task'): void {
    this.#tree.groupBy(by);
  }

  /**
   * Shows a decision before it is in the log, which takes a moment.
   * @returns takes it back, for one that did not count
   */
  expect(runId: RunId, instructions: readonly Instruction[]): () => void {
    const before = this.#states.get(runId);
    const after = before && expectedState(before, instructions);
    if (!before || !after || after === before) return () => {};
    const paths = instructions.flatMap((each) => ('path' in each ? [each.path] : []));
    this.#states.set(runId, after);
    this.#redraw(runId, paths);
    return () => {
      if (this.#states.get(runId) === after) this.#states.set(runId, before);
      this.#redraw(runId, paths);
    };
  }

  /** Redraws after events of a run, at once. */
  onEvents(runId: RunId, events: readonly RunEvent[], state: RunState): void {
    if (!this.#states.has(runId) && state.changes === undefined) return;
    this.#states.set(runId, state);
    const changed = events.filter(
      ({ type }) => type.startsWith('change:') || type === 'workflow:status',
    );
    if (changed.length === 0) return;
    const some = changed.every((event) => 'path' in event);
    const paths = some
      ? changed.flatMap((event) => ('path' in event ? [event.path] : []))
      : (state.changes?.files ?? []).map((file) => file.path);
    this.#redraw(runId, paths);
    if (!some) {
      for (const path of paths) void this.files.refresh(reviewUri({ side: 'base', runId, path }));
    }
    this.comments.onEvents(runId, changed);
  }

  /** What the active diff shows, and the hunks that the cursor touches. */
  async atCursor(): Promise<{ runId: RunId; path: string; hunks: string[] } | undefined> {
    const editor = vscode.window.activeTextEditor;
    const at = activeReview();
    if (!at) return undefined;
    const { runId, path } = at;
    const file = (await this.#fetch(runId)).changes?.files.find((each) => each.path === path);
    const shown = editor && parseReviewUri(editor.document.uri);
    if (!file || !editor || !shown) return { runId, path, hunks: [] };
    const { start, end } = editor.selection;
    if (shown.side === 'base')
      return { runId, path, hunks: hunksAt(file, 'base', [start.line, end.line]) };
    const before = linesOf(await this.#texts.of(shown));
    const { back } = movedLines(before, editor.document.getText().split(/\r?\n/));
    return { runId, path, hunks: hunksAt(file, 'proposed', [back(start.line), back(end.line)]) };
  }

  dispose(): void {
    this.#registered.dispose();
  }

  #redraw(runId: RunId, paths: readonly string[]): void {
    const uris = [...new Set(paths)].map((path) => reviewUri({ side: 'proposed', runId, path }));
    for (const uri of uris) void this.files.refresh(uri);
    this.#decided.show(this.#states);
    this.#lensesChanged.fire();
    this.#marksChanged.fire(uris);
  }

  async #state(runId: RunId): Promise<RunState> {
    return this.#states.get(runId) ?? this.#fetch(runId);
  }

  async #fetch(runId: RunId): Promise<RunState> {
    const state = await this.#source.state(runId);
    this.#states.set(runId, state);
    return state;
  }
}

/** The reviewed file of the active tab, whichever side or header has the focus. */
export function activeReview(): ReviewedUri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputTextDiff) return parseReviewUri(input.modified);
  const editor = vscode.window.activeTextEditor;
  const shown = editor && parseReviewUri(editor.document.uri);
  if (shown || !(input instanceof vscode.TabInputCustom)) return shown;
  return parseReviewUri(input.uri);
}

function placeOfCursor(runId: RunId): ReviewPlace | undefined {
  const at = activeReview();
  if (at?.runId !== runId) return undefined;
  const editor = vscode.window.activeTextEditor;
  const shown = editor && parseReviewUri(editor.document.uri);
  const line = shown?.path === at.path ? editor?.selection.active.line : undefined;
  return { path: at.path, line: line ?? -1 };
}

/** On the base side lines are those of the base, whatever was decided. */
function hunksAt(
  file: ReviewedFile,
  side: ReviewedUri['side'],
  [start, end]: readonly [number, number],
): string[] {
  const all: Record<string, HunkDecision> = {};
  for (const { id } of file.hunks) all[id] = 'rejected';
  const decisions = side === 'base' ? all : file.decisions;
  return placeHunks({ hunks: file.hunks, decisions })
    .map(({ hunk, line, lines }) => ({
      id: hunk.id,
      // In the base the place of a hunk is where its own lines stand.
      first: side === 'base' ? Math.max(0, hunk.baseStart - 1) : line,
      lines: side === 'base' ? hunk.baseLines : lines,
    }))
    .filter(({ first, lines }) => first <= end && start <= first + Math.max(0, lines - 1))
    .map(({ id }) => id);
}
