/** In the status bar, while a review is open: how much is undecided, and the way to the next of it. */
import * as vscode from 'vscode';
import { commandIds } from '../ids.ts';

export class UndecidedCount implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem(
    'muster.undecided',
    vscode.StatusBarAlignment.Left,
  );

  constructor() {
    this.#item.name = 'Muster Review';
  }

  /** @param undecided undefined when nothing is reviewed */
  show(undecided: number | undefined): void {
    if (undecided === undefined) {
      this.#item.hide();
      return;
    }
    const left = undecided === 0 ? 'all decided' : `${undecided} undecided`;
    this.#item.text = `$(diff) Muster: ${left}`;
    this.#item.tooltip =
      undecided === 0 ? 'Apply the accepted changes' : 'Go to the next undecided change';
    this.#item.command = undecided === 0 ? commandIds.applyAccepted : commandIds.nextHunk;
    this.#item.accessibilityInformation = { label: `Muster review: ${left}` };
    this.#item.show();
  }

  dispose(): void {
    this.#item.dispose();
  }
}
