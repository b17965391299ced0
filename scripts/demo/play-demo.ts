// Plays the demo as a person would, in a real workbench without a screen, with a screenshot of each step.

import type { Locator } from 'playwright-core';
import { demoTask } from '../../src/node/demo/sample-workspace.ts';
import { launchBrowser, openWorkbench } from '../../test/support/workbench/browser.ts';
import { startEditor } from '../../test/support/workbench/editor.ts';
import { type DiffPage, diffPage } from '../../test/support/workbench/page/diff-page.ts';
import { type PanelPage, panelPage } from '../../test/support/workbench/page/panel-page.ts';
import {
  type WorkbenchPage,
  workbenchPage,
} from '../../test/support/workbench/page/workbench-page.ts';
import { screenshots } from '../../test/support/workbench/screenshots.ts';
import { waitUntil } from '../../test/support/workbench/wait-until.ts';
import { demoFolder, demoSettings, newDemoWorkspace } from './demo-folder.ts';
import { packagedExtension } from './packaged-extension.ts';
import {
  requireApplied,
  requireFailingTests,
  requirePassingTests,
  requireUnchanged,
} from './sample-state.ts';
import type { StepReport } from './step-report.ts';

type Scene = {
  /** A step that is seen: done or failed, a screenshot is taken. */
  step(name: string, work: () => Promise<void>): Promise<void>;
  workbench: WorkbenchPage;
  panel: PanelPage;
  diff: DiffPage;
  workspace: string;
};

const planMs = 60_000;
const executionMs = 180_000;

export async function playDemo(report: StepReport): Promise<void> {
  const vsix = await report.step('extension packaged', packagedExtension);
  const workspace = await report.step('sample workspace made with failing tests', async () => {
    const made = await newDemoWorkspace();
    await requireFailingTests(made);
    return made;
  });
  const editor = await startEditor({ vsix, workspace, settings: demoSettings });
  const browser = await launchBrowser();
  try {
    const window = await openWorkbench(browser, editor.url());
    const pictures = screenshots(demoFolder);
    const { page } = window;
    const step: Scene['step'] = (name, work) =>
      report.step(name, async () => {
        try {
          await work();
        } finally {
          await pictures.take(page, name);
        }
      });
    const scene = {
      step,
      workspace,
      workbench: workbenchPage(page),
      panel: panelPage(page),
      diff: diffPage(page),
    };
    await planAndApprove(scene);
    await watch(scene);
    await review(scene);
    await apply(scene);
    await window.close();
  } finally {
    await browser.close();
    await editor.stop();
  }
}

async function planAndApprove({ step, workbench, panel }: Scene): Promise<void> {
  await step('editor opened', () => workbench.openView('Muster'));
  await step('task typed', async () => {
    await workbench.setSideBarWidth(440);
    await workbench.quickInput.runCommand('Muster: Orchestrate Task');
    await panel.waitUntilReady();
    await panel.task.fill(demoTask);
  });
  await step('plan shown', async () => {
    await panel.orchestrate.click();
    await panel.approve.waitFor({ timeout: planMs });
    await panel.plan.getByText('Hand out every cent when an expense is split').first().waitFor();
  });
  await step('team shown', async () => {
    await panel.team.getByText('Release Steward').first().scrollIntoViewIfNeeded();
  });
}

async function watch({ step, panel, workspace }: Scene): Promise<void> {
  await step('plan approved', async () => {
    await panel.approve.click();
    await panel.progress.waitFor();
  });
  await step('permission asked', async () => {
    await panel.permission.getByText('node --test').first().waitFor({ timeout: executionMs });
  });
  await step('team at work', async () => {
    await panel.allowForRun.first().click();
    await waitUntil(async () => (await tasksAtWork(panel)) >= 3, {
      what: 'three tasks to be at work at once',
      timeoutMs: executionMs,
    });
  });
  await step('task sent back by the code reviewer', async () => {
    const verdict = panel.progress.getByText(/^Code reviewer sent .*back/).first();
    await verdict.waitFor({ timeout: executionMs });
    await verdict.scrollIntoViewIfNeeded();
  });
  await step('changes ready and workspace untouched', async () => {
    await panel.applyAccepted.waitFor({ timeout: executionMs });
    await scrollToTop(panel);
    await requireUnchanged(workspace);
  });
}

async function tasksAtWork({ frame }: PanelPage): Promise<number> {
  const tasks = frame.getByRole('list', { name: 'Tasks', exact: true }).locator('> li');
  const texts = await tasks.allInnerTexts();
  return texts.filter((text) => /\b(Running|In review|Merging)\b/.test(text)).length;
}

async function review({ step, panel, diff }: Scene): Promise<void> {
  await step('diff opened', async () => {
    await fileButton(panel, 'src/money.js').click();
    await diff.waitForTitle(/money\.js/);
    await diff.waitForLenses('Accept hunk', 2);
  });
  await step('hunk accepted', async () => {
    await diff.clickLens('Accept hunk', 1);
    await diff.waitForLenses('Accept hunk', 1);
  });
  await step('all accepted', async () => {
    await panel.acceptAll.click();
    await diff.waitForLenses('Accept hunk', 0);
  });
}

async function apply({ step, workbench, panel, workspace }: Scene): Promise<void> {
  await step('changes applied', async () => {
    await panel.applyAccepted.click();
    await panel.frame.getByText('Changes applied').first().waitFor({ timeout: executionMs });
    await scrollToTop(panel);
    await requireApplied(workspace);
  });
  await step('tests of the workspace pass', async () => {
    await workbench.openFile('settle.js');
    await requirePassingTests(workspace);
  });
}

function fileButton({ changes }: PanelPage, path: string): Locator {
  return changes.getByRole('button', { name: path, exact: true });
}

async function scrollToTop({ frame }: PanelPage): Promise<void> {
  await frame.locator('html').evaluate((page) => page.scrollTo(0, 0));
}
