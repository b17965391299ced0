/** Whether commands of this window have a sandbox: tried with the first look at a trusted folder. */
import * as vscode from 'vscode';
import type { Sandbox, SandboxState } from '../node/terminal/sandbox.ts';
import { workspaceFolder } from './readiness.ts';

export type SandboxTrial = {
  /** Undefined until it is known; `onKnown` is called then, once. */
  state(onKnown: () => void): SandboxState | undefined;
};

export function sandboxTrial(sandbox: Sandbox, log: vscode.LogOutputChannel): SandboxTrial {
  let known: SandboxState | undefined;
  let tried = false;
  return {
    state(onKnown) {
      if (vscode.workspace.isTrusted && workspaceFolder() !== undefined && !tried) {
        tried = true;
        void sandbox.state().then((state) => {
          known = state;
          if (!state.works) log.warn(`no sandbox: ${state.reason}`);
          onKnown();
        });
      }
      return known;
    },
  };
}
