/** The extension's end of the panel: answers intents, posts a snapshot and then what changes. */
import * as vscode from 'vscode';
import type { TextPiece } from '../engine/run/run-context.ts';
import type { RunEvent } from '../shared/events.ts';
import type { RunId } from '../shared/ids.ts';
import {
  type Elsewhere,
  Intent,
  type PanelMessage,
  type Readiness,
  type RunSummary,
} from '../shared/protocol.ts';
import type { RunState } from '../shared/run-state.ts';
import { panelHtml } from './panel-html.ts';

export type PanelSource = {
  readiness(): Promise<Readiness>;
  runs(): Promise<RunSummary[]>;
  selected(): Promise<RunState | null>;
  /** Another process that executes the selected run. */
  elsewhere(): Elsewhere | null;
  /** What goes wrong is shown in the panel. */
  intent(intent: Intent): Promise<void>;
};

export class PanelHost implements vscode.Disposable {
  readonly #view: vscode.WebviewView;
  readonly #source: PanelSource;
  readonly #onProblem: (error: unknown) => string;
  readonly #listening: vscode.Disposable[];
  #ready = false;
  #compose: { task?: string } | undefined;
  /** The run that the page was given, and the last event it knows of. */
  #shown: { runId: RunId; seq: number } | undefined;

  constructor(
    view: vscode.WebviewView,
    extensionUri: vscode.Uri,
    options: { source: PanelSource; onProblem(error: unknown): string },
  ) {
    this.#view = view;
    this.#source = options.source;
    this.#onProblem = options.onProblem;
    this.#listening = [view.webview.onDidReceiveMessage((message) => this.#receive(message))];
    view.webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')],
    };
    view.webview.html = panelHtml(view.webview, extensionUri);
  }

  get visible(): boolean {
    return this.#view.visible;
  }

  /** Everything anew: another run, another folder, a setting. */
  async refresh(): Promise<void> {
    if (!this.#ready) return;
    const [readiness, runs] = await Promise.all([this.#source.readiness(), this.#source.runs()]);
    // The state is taken last and posted at once, so that no event falls between.
    const run = await this.#source.selected();
    this.#shown = run ? { runId: run.runId, seq: run.seq } : undefined;
    this.#post({ type: 'snapshot', readiness, runs, run, elsewhere: this.#source.elsewhere() });
  }

  events(runId: RunId, events: readonly RunEvent[]): void {
    if (!this.#ready || this.#shown?.runId !== runId) return;
    for (const event of events) {
      if (event.seq <= this.#shown.seq) continue;
      this.#shown.seq = event.seq;
      this.#post({ type: 'event', event });
    }
  }

  async runsChanged(): Promise<void> {
    if (this.#ready) this.#post({ type: 'runs', runs: await this.#source.runs() });
  }

  text(runId: RunId, piece: TextPiece): void {
    if (this.#ready && this.#shown?.runId === runId) this.#post({ type: 'text', runId, ...piece });
  }

  /** An answer to what the page asked for. */
  post(message: Extract<PanelMessage, { type: 'body' | 'edit-result' | 'models' }>): void {
    this.#post(message);
  }

  problem(message: string): void {
    this.#post({ type: 'problem', message });
  }

  /** Puts the cursor in the composer, as soon as the page is there. */
  compose(task?: string): void {
    const message = task === undefined ? {} : { task };
    if (this.#ready) this.#post({ type: 'compose', ...message });
    else this.#compose = message;
  }

  dispose(): void {
    for (const each of this.#listening) each.dispose();
  }

  async #receive(message: unknown): Promise<void> {
    const parsed = Intent.safeParse(message);
    if (!parsed.success) return;
    try {
      if (parsed.data.type === 'ready') await this.#pageIsReady();
      else await this.#source.intent(parsed.data);
    } catch (error) {
      this.problem(this.#onProblem(error));
    }
  }

  async #pageIsReady(): Promise<void> {
    this.#ready = true;
    await this.refresh();
    if (!this.#compose) return;
    this.#post({ type: 'compose', ...this.#compose });
    this.#compose = undefined;
  }

  #post(message: PanelMessage): void {
    void this.#view.webview.postMessage(message);
  }
}
