// The notifications at the lower right of the workbench, and the dialogs that stop it.

import type { Locator, Page } from 'playwright-core';

export interface Notification {
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly buttons: readonly string[];
}

export interface Notifications {
  /** Those on the screen now, newest first. */
  list(): Promise<Notification[]>;
  waitFor(
    message: string | RegExp,
    options?: { readonly timeoutMs?: number },
  ): Promise<Notification>;
  /** Waits for the notification and presses its button. */
  press(message: string | RegExp, button: string): Promise<void>;
  /** Closes all that are on the screen. */
  clear(): Promise<void>;
  /** The text of the modal dialog; waits for one. */
  dialogText(): Promise<string>;
  pressInDialog(button: string): Promise<void>;
}

const actionMs = 15_000;

export function notifications(page: Page): Notifications {
  const items = page.locator('.notifications-toasts .notification-list-item');
  const item = (message: string | RegExp): Locator =>
    items
      .filter({ has: page.locator('.notification-list-item-message', { hasText: message }) })
      .first();
  const dialog = page.locator('.monaco-dialog-box');
  return {
    list: async () => Promise.all((await items.all()).map(readNotification)),
    async waitFor(message, { timeoutMs = actionMs } = {}) {
      await item(message).waitFor({ timeout: timeoutMs });
      return readNotification(item(message));
    },
    async press(message, button) {
      const named = { name: button, exact: true } as const;
      await item(message).getByRole('button', named).click({ timeout: actionMs });
    },
    async clear() {
      while ((await items.count()) > 0) {
        const first = await items.first().elementHandle({ timeout: actionMs });
        // Its close button shows only under the pointer or with the focus in it.
        await items.first().hover({ timeout: actionMs });
        await items.first().locator('.codicon-notifications-clear').click({ timeout: actionMs });
        await first?.waitForElementState('hidden', { timeout: actionMs });
      }
    },
    async dialogText() {
      await dialog.waitFor({ timeout: actionMs });
      return (await dialog.locator('.dialog-message-container').allInnerTexts()).join('\n').trim();
    },
    async pressInDialog(button) {
      const named = { name: button, exact: true } as const;
      await dialog.getByRole('button', named).click({ timeout: actionMs });
      await dialog.waitFor({ state: 'hidden', timeout: actionMs });
    },
  };
}

async function readNotification(item: Locator): Promise<Notification> {
  const icon = await item.locator('.notification-list-item-icon').getAttribute('class');
  return {
    severity: severityOf(icon ?? ''),
    message: ((await item.locator('.notification-list-item-message').textContent()) ?? '').trim(),
    buttons: await item.locator('.notification-list-item-buttons-container a').allInnerTexts(),
  };
}

function severityOf(icon: string): Notification['severity'] {
  if (icon.includes('codicon-error')) return 'error';
  return icon.includes('codicon-warning') ? 'warning' : 'info';
}
