// Muster's panel, reached as a person with a screen reader reaches it: by role and name.

import type { FrameLocator, Locator, Page } from 'playwright-core';

export interface PanelPage {
  /** The page inside the webview, for what is not named here. */
  readonly frame: FrameLocator;
  /** Resolves when the composer can be typed into. */
  waitUntilReady(options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Types the task and presses `Orchestrate`. */
  orchestrateTask(text: string): Promise<void>;
  readonly task: Locator;
  readonly orchestrate: Locator;
  readonly questions: Locator;
  readonly answer: Locator;
  readonly plan: Locator;
  readonly team: Locator;
  readonly approve: Locator;
  readonly requestChanges: Locator;
  readonly reject: Locator;
  readonly progress: Locator;
  /** One item for each task, with its status in words. */
  readonly progressTasks: Locator;
  readonly permission: Locator;
  readonly allowOnce: Locator;
  readonly allowForRun: Locator;
  readonly deny: Locator;
  readonly changes: Locator;
  readonly changedFiles: Locator;
  readonly review: Locator;
  readonly acceptAll: Locator;
  readonly rejectAll: Locator;
  readonly applyAccepted: Locator;
  readonly runs: Locator;
  changedFile(path: string): Locator;
}

const webview =
  'iframe.webview.ready[src*="extensionId=muster.muster"][src*="purpose=webviewView"]';

export function panelPage(page: Page): PanelPage {
  const frame = page.frameLocator(webview).frameLocator('#active-frame');
  const region = (name: string): Locator => frame.getByRole('region', { name, exact: true });
  const button = (name: string, within: Locator | FrameLocator = frame): Locator =>
    within.getByRole('button', { name, exact: true });
  const task = frame.getByRole('textbox', { name: 'Task', exact: true });
  const orchestrate = button('Orchestrate');
  const [questions, progress, permission, changes] = [
    region('Questions'),
    region('Progress'),
    region('Permission'),
    region('Changes'),
  ];
  const changedFiles = changes.getByRole('listitem');
  return {
    frame,
    waitUntilReady: ({ timeoutMs = 30_000 } = {}) => task.waitFor({ timeout: timeoutMs }),
    async orchestrateTask(text) {
      await task.fill(text);
      await orchestrate.click();
    },
    task,
    orchestrate,
    questions,
    answer: button('Answer', questions),
    plan: region('Plan'),
    team: region('Team'),
    approve: button('Approve and execute'),
    requestChanges: button('Request changes'),
    reject: button('Reject'),
    progress,
    progressTasks: progress.getByRole('listitem'),
    permission,
    allowOnce: button('Allow once', permission),
    allowForRun: button('Allow for this run', permission),
    deny: button('Deny', permission),
    changes,
    changedFiles,
    review: button('Review', changes),
    acceptAll: button('Accept all', changes),
    rejectAll: button('Reject all', changes),
    applyAccepted: button('Apply accepted', changes),
    runs: region('Runs'),
    changedFile: (path) => changedFiles.filter({ hasText: path }),
  };
}
