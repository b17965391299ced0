/** What a person is told of a run that begins to wait for them while the panel is out of sight. */
import * as vscode from 'vscode';
import type { RunEvent } from '../shared/events.ts';
import { type RunState, waitsForPerson } from '../shared/run-state.ts';

export function reminderOf(events: readonly RunEvent[], state: RunState): string | undefined {
  const asks = events.some(
    (event) => event.type === 'approval:requested' || event.type === 'change:ready',
  );
  if (!asks || !waitsForPerson(state)) return undefined;
  return state.status === 'reviewing'
    ? 'The changes are ready for review.'
    : 'A run waits for your decision.';
}

export async function remind(what: string, show: () => Promise<void>): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(`Muster: ${what}`, 'Show');
  if (chosen === 'Show') await show();
}
