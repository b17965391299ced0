/** One editor with the packaged extension and one browser, for the tests of a file. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { packagedExtension } from '../../scripts/demo/packaged-extension.ts';
import { createSample } from '../../src/node/demo/create-sample.ts';
import {
  launchBrowser,
  openWorkbench,
  type WorkbenchWindow,
} from '../support/workbench/browser.ts';
import { type Editor, startEditor } from '../support/workbench/editor.ts';
import { type DiffPage, diffPage } from '../support/workbench/page/diff-page.ts';
import { type PanelPage, panelPage } from '../support/workbench/page/panel-page.ts';
import { type WorkbenchPage, workbenchPage } from '../support/workbench/page/workbench-page.ts';
import { screenshots } from '../support/workbench/screenshots.ts';

export const projectRoot = path.resolve(import.meta.dirname, '../..');

export type Scene = {
  page: Page;
  window: WorkbenchWindow;
  workbench: WorkbenchPage;
  panel: PanelPage;
  diff: DiffPage;
  picture(name: string): Promise<string>;
};

export type E2eStage = {
  editor: Editor;
  workspace: string;
  /** A window on the sample, or on `folder`; `null` opens none. */
  open(folder?: string | null): Promise<Scene>;
  close(): Promise<void>;
};

export async function openE2eStage(options: {
  name: string;
  settings: Record<string, unknown>;
  env?: Record<string, string>;
}): Promise<E2eStage> {
  const vsix = await packagedExtension();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-e2e-'));
  const workspace = await createSample(
    path.join(folder, 'sample'),
    path.join(projectRoot, 'media/sample'),
  );
  // The editor's own git extension refreshes the index of the workspace, which is compared.
  const settings = { 'git.enabled': false, ...options.settings };
  const editor = await startEditor({ vsix, workspace, settings, env: options.env ?? {} });
  const browser = await launchBrowser();
  const pictures = screenshots(path.join(projectRoot, '.screenshots', options.name));
  return {
    editor,
    workspace,
    async open(at) {
      const url = at === null ? `http://localhost:${editor.port}/?ew=true` : editor.url(at);
      const window = await openWorkbench(browser, url);
      const { page } = window;
      return {
        page,
        window,
        workbench: workbenchPage(page),
        panel: panelPage(page),
        diff: diffPage(page),
        picture: (name) => pictures.take(page, name),
      };
    },
    async close() {
      await browser.close();
      await editor.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The composer, reached as a person reaches it. */
export async function orchestrate(scene: Scene, task: string): Promise<void> {
  await scene.workbench.quickInput.runCommand('Muster: Orchestrate Task');
  await scene.panel.waitUntilReady();
  await scene.panel.orchestrateTask(task);
}
