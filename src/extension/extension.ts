/** Activation: registers what the manifest declares, looks for runs that wait, and loads the rest when it is used. */
import * as vscode from 'vscode';
import type { MusterApi } from './api.ts';
import { type CommandName, commandIds, viewId } from './ids.ts';
import { registerReviewFiles } from './review/lazy-review-files.ts';
import type { Session } from './runtime.ts';
import { lookForWaitingRuns } from './waiting-runs.ts';

export function activate(context: vscode.ExtensionContext): MusterApi {
  const log = vscode.window.createOutputChannel('Muster', { log: true });
  context.subscriptions.push(log);
  let loading: Promise<Session> | undefined;
  const session = (): Promise<Session> => {
    loading ??= import('./runtime.ts').then(({ createSession }) => {
      const created = createSession(context, log);
      context.subscriptions.push(created);
      return created;
    });
    return loading;
  };
  for (const name of Object.keys(commandIds) as CommandName[]) {
    const run = async (...args: unknown[]) => (await session()).command(name, args);
    context.subscriptions.push(vscode.commands.registerCommand(commandIds[name], run));
  }
  context.subscriptions.push(registerReviewFiles(async () => (await session()).review.files));
  const view: vscode.WebviewViewProvider = {
    resolveWebviewView: async (webviewView) => (await session()).showPanel(webviewView),
  };
  context.subscriptions.push(
    vscode.window.registerWebviewViewProvider(viewId, view, {
      webviewOptions: { retainContextWhenHidden: false },
    }),
  );
  // A failed look costs nothing but the reminder; a panel that shows needs none.
  lookForWaitingRuns({ isNeeded: () => loading === undefined }).catch((error: unknown) =>
    log.warn(`Looking for waiting runs: ${error}`),
  );
  const { version } = context.extension.packageJSON as { version: string };
  return {
    version,
    start: async (request) => (await session()).startForApi(request),
    runs: async () => (await session()).listForApi(),
    get: async (runId) => (await session()).getForApi(runId),
  };
}
