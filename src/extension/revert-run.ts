/** Takes back what a run applied, and says what came of it. */
import * as vscode from 'vscode';
import type { RunId } from '../shared/ids.ts';
import { plainMessage } from './plain-message.ts';
import type { Session } from './session.ts';

export async function revertRun(session: Session, runId: RunId): Promise<void> {
  await session.instruct(runId, { do: 'revert' });
  const { reverted } = await session.stateOf(runId);
  const { files, left } = reverted ?? { files: [], left: [] };
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}`;
  if (left.length === 0) {
    void vscode.window.showInformationMessage(`Muster: Reverted ${count}.`);
    return;
  }
  const names = left.map(({ path }) => path).join(', ');
  void vscode.window.showWarningMessage(
    plainMessage(`Muster: Reverted ${count}. Left as they are: ${names}. The panel says why.`),
  );
}
