/** When the editor starts: one cheap look whether a run waits for the person. */
import * as vscode from 'vscode';
import { listRuns } from '../node/database/list-runs.ts';
import { findStateFolder } from '../node/state-folder.ts';
import { viewId } from './ids.ts';
import { plainMessage } from './plain-message.ts';

export async function lookForWaitingRuns(reminder: { isNeeded(): boolean }): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.find((each) => each.uri.scheme === 'file');
  if (!folder || !vscode.workspace.isTrusted) return;
  const state = await findStateFolder({ workspace: folder.uri.fsPath }).catch(() => undefined);
  if (!state) return;
  const waiting = (await listRuns(state.folder)).filter((run) => run.waiting);
  const [first] = waiting;
  if (!first || !reminder.isNeeded()) return;
  const what = waiting.length === 1 ? 'A run waits for you' : `${waiting.length} runs wait for you`;
  const task = first.request.split('\n')[0]?.slice(0, 80) ?? '';
  const chosen = await vscode.window.showInformationMessage(
    plainMessage(`Muster: ${what}: ${task}`),
    'Show',
  );
  if (chosen === 'Show') await vscode.commands.executeCommand(`${viewId}.focus`);
}
