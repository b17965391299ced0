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
import { hunkLenses, linesOf } from './review/hunk-lenses.ts';
import type { KeptCursors } from './review/kept-cursors.ts';
import { KnownStates } from './review/known-states.ts';
import { noteMultiDiff, openDiff, openMultiDiff } from './review/open-diffs.ts';
import { ReviewComments } from './review/review-comments.ts';
import { reviewDecorations } from './review/review-decorations.ts';
import { ReviewFiles, type ReviewFilesSource } from './review/review-files.ts';
import { type ReviewSource, ShownTexts } from './review/shown-texts.ts';
import { UndecidedCount } from './review/undecided-count.ts';
import { baseUri, parseReviewUri, type ReviewedUri, reviewUri } from './review-uris.ts';

export class DiffReview implements vscode.Disposable {
  readonly files: ReviewFiles;
  readonly comments: ReviewComments;
  readonly #source: ReviewSource;
  /** As they were after the last event, so that no redraw waits for the database. */
  readonly #runs = new KnownStates();
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly #marksChanged = new vscode.EventEmitter<vscode.Uri[]>();
  readonly #texts: ShownTexts;
  readonly #tree = new ChangeTree();
  readonly #count = new UndecidedCount();
  readonly #decided = new DecidedLines();
  readonly #registered: vscode.Disposable;
  /** The run that the window is about. */
  #current: RunId | undefined;

  constructor(given: Omit<ReviewFilesSource, 'look'>) {
    const source = {
      ...given,
      state: (runId: RunId) => this.#state(runId),
      look: (runId: RunId) => this.#fetch(runId),
    };
    this.#source = given;
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
      vscode.window.onDidChangeVisibleTextEditors(() => this.#decided.show(this.#runs.shown)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme === schemes.proposed) this.#decided.show(this.#runs.shown);
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
    const place = nextUndecided(files, placeOfCursor(runId, this.files.cursors), direction);
    const file = files.find((each) => each.path === place?.path);
    if (!place || !file) {
      throw new MusterError('wrong-decision', 'Every change is decided. Apply what you accepted.');
    }
    await openDiff(runId, file, place.line);
  }

  /** Shows the run that the window is about; undefined for none. */
  show(state: RunState | null): void {
    this.#current = state?.runId;
    if (state) this.#runs.set(state);
    this.#showCounts();
  }

  groupTree(by: 'file' | 'task'): void {
    this.#tree.groupBy(by);
  }

  /**
   * Shows decisions before they are in the log, which takes a moment.
   * @returns to be called when they are carried out or refused, by whichever window that is
   */
  expect(runId: RunId, instructions: readonly Instruction[]): () => Promise<void> {
    const decisions = instructions.filter((each) => each.do === 'decide-change');
    if (decisions.length === 0) return async () => {};
    let end = (): void => {};
    this.#redrawChanged(runId, () => {
      end = this.#runs.expect(runId, decisions);
    });
    return async () => {
      const state = await this.#source.state(runId).catch(() => undefined);
      this.#redrawChanged(runId, () => {
        if (state) this.#runs.set(state);
        end();
      });
    };
  }

  /** Redraws after events of a run, at once. */
  onEvents(runId: RunId, events: readonly RunEvent[], state: RunState): void {
    if (!this.#runs.shown.has(runId) && state.changes === undefined) return;
    const changed = events.filter(
      ({ type }) => type.startsWith('change:') || type === 'workflow:status',
    );
    const decided = changed.every((event) => event.type === 'change:decided');
    if (decided) {
      this.#redrawChanged(runId, () => this.#runs.set(state));
      return;
    }
    this.#runs.set(state);
    if (changed.some((event) => event.type === 'change:ready')) this.#readAhead(state);
    const some = changed.every((event) => 'path' in event);
    const files = state.changes?.files ?? [];
    const paths = some
      ? changed.flatMap((event) => ('path' in event ? [event.path] : []))
      : files.map((file) => file.path);
    this.#redraw(runId, paths);
    if (!some) {
      for (const file of files) void this.files.refresh(baseUri(runId, file));
      this.files.statusChanged(runId);
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
    const { start, end } = this.files.cursors.selectionOf(editor);
    if (shown.side === 'base')
      return { runId, path, hunks: hunksAt(file, 'base', [start.line, end.line]) };
    const before = linesOf(await this.#texts.of(shown), file);
    const { back } = movedLines(before, editor.document.getText().split(/\r?\n/));
    return { runId, path, hunks: hunksAt(file, 'proposed', [back(start.line), back(end.line)]) };
  }

  dispose(): void {
    this.#registered.dispose();
  }

  /** Only what looks different then; most decisions were shown before they came. */
  #redrawChanged(runId: RunId, change: () => void): void {
    const filesOf = () => this.#runs.shown.get(runId)?.changes?.files ?? [];
    const before = new Map(filesOf().map((file) => [file.path, decisionsIn(file)]));
    change();
    const changed = filesOf().filter((file) => before.get(file.path) !== decisionsIn(file));
    if (changed.length === 0) return;
    this.#redraw(
      runId,
      changed.map((file) => file.path),
    );
  }

  /** What a review opens with. */
  #readAhead({ runId, changes }: RunState): void {
    const path = nextUndecided(changes?.files ?? [], undefined, 'next')?.path;
    if (path === undefined) return;
    for (const side of ['base', 'proposed'] as const) {
      // What cannot be read is said when it is opened.
      this.#texts.of({ side, runId, path }).catch(() => {});
    }
  }

  #showCounts(): void {
    const state = this.#current === undefined ? undefined : this.#runs.shown.get(this.#current);
    const reviewed = state?.status === 'reviewing' ? state : null;
    this.#tree.show(reviewed);
    this.#count.show(reviewed ? totalUndecided(reviewed.changes?.files ?? []) : undefined);
  }

  #redraw(runId: RunId, paths: readonly string[]): void {
    const uris = [...new Set(paths)].map((path) => reviewUri({ side: 'proposed', runId, path }));
    for (const uri of uris) void this.files.refresh(uri);
    this.#decided.show(this.#runs.shown);
    if (runId === this.#current) this.#showCounts();
    this.#lensesChanged.fire();
    this.#marksChanged.fire(uris);
  }

  async #state(runId: RunId): Promise<RunState> {
    return this.#runs.shown.get(runId) ?? this.#fetch(runId);
  }

  async #fetch(runId: RunId): Promise<RunState> {
    return this.#runs.set(await this.#source.state(runId));
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

/** The same words for the same look. */
function decisionsIn({ decisions, whole, confirmed }: ReviewedFile): string {
  return JSON.stringify([decisions, whole, confirmed]);
}

function placeOfCursor(runId: RunId, cursors: KeptCursors): ReviewPlace | undefined {
  const at = activeReview();
  if (at?.runId !== runId) return undefined;
  const editor = vscode.window.activeTextEditor;
  const shown = editor && parseReviewUri(editor.document.uri);
  const line =
    editor && shown?.path === at.path ? cursors.selectionOf(editor).active.line : undefined;
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
