// Starts the editor on the sample workspace for a person, says what to do there, and stays until Ctrl+C.

import { spawn } from 'node:child_process';
import process from 'node:process';
import { demoTask } from '../../src/node/demo/sample-workspace.ts';
import { startEditor } from '../../test/support/workbench/editor.ts';
import { demoSettings, newDemoWorkspace } from './demo-folder.ts';
import { packagedExtension } from './packaged-extension.ts';

export async function showDemo(): Promise<void> {
  const workspace = await newDemoWorkspace();
  const vsix = await packagedExtension();
  const editor = await startEditor({ vsix, workspace, settings: demoSettings });
  const url = editor.url();
  console.log(instructions(url, workspace));
  openInBrowser(url);
  // The server's output keeps this process alive, so it comes to its end only when the server did.
  process.once('beforeExit', () => {
    console.error(`demo: the editor has ended by itself:\n${editor.log()}`);
    process.exitCode = 1;
  });
}

function instructions(url: string, workspace: string): string {
  return `
VS Code with Muster, on a sample workspace (${workspace}):

  ${url}

1. Press F1 there and choose "Muster: Orchestrate Task".
2. Type a task, for example: ${demoTask}
3. Look at plan and team, then press "Approve and execute".
4. Allow the commands, watch the team, review the changes and apply them.

The model is a scripted demonstration, not AI: it plays the same task whatever you type.
Ctrl+C ends the demo.
`;
}

/** Only where there is a screen; where it does not work, the address is printed all the same. */
function openInBrowser(url: string): void {
  const opener = openerOfPlatform();
  if (opener === undefined) return;
  const child = spawn(opener, [url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

function openerOfPlatform(): string | undefined {
  if (process.platform === 'darwin') return 'open';
  if (process.platform === 'win32') return 'explorer.exe';
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return DISPLAY || WAYLAND_DISPLAY ? 'xdg-open' : undefined;
}
