// The input at the top of the workbench: the command palette, pickers and input boxes.

import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../wait-until.ts';

export interface QuickInput {
  /** As the palette shows it, category included: `Muster: Orchestrate Task`. */
  runCommand(title: string, options?: { readonly timeoutMs?: number }): Promise<void>;
  /** Whether the palette offers a command of that title now. */
  offersCommand(title: string): Promise<boolean>;
  waitUntilOpen(): Promise<void>;
  /** Replaces what the input holds. */
  type(text: string): Promise<void>;
  /** Chooses the entry with exactly this label. */
  pick(label: string): Promise<void>;
  /** Enter: takes the input, or the entry that is in focus. */
  accept(): Promise<void>;
  cancel(): Promise<void>;
  labels(): Promise<string[]>;
  /** The prompt or validation message under the input. */
  message(): Promise<string>;
  placeholder(): Promise<string>;
}

const actionMs = 10_000;
const lookMs = 1_000;

export function quickInput(page: Page): QuickInput {
  const widget = page.locator('.quick-input-widget');
  const input = widget.locator('.quick-input-box input');
  const rows = widget.locator('.quick-input-list .monaco-list-row');
  const row = (label: string): Locator =>
    rows.filter({ has: page.locator('.label-name', { hasText: wholeText(label) }) }).first();

  const cancel = async (): Promise<void> => {
    if (!(await widget.isVisible())) return;
    await page.keyboard.press('Escape');
    await widget.waitFor({ state: 'hidden', timeout: actionMs });
  };

  /** The palette lists what is registered when it opens, so a late command needs a new one. */
  const findInPalette = async (title: string): Promise<boolean> => {
    await cancel();
    await page.keyboard.press('F1');
    if (!(await appears(input, lookMs))) return false;
    await input.fill(`>${title}`);
    return appears(row(title), lookMs);
  };

  return {
    async runCommand(title, { timeoutMs = 30_000 } = {}) {
      await waitUntil(() => findInPalette(title), { what: `the command ${title}`, timeoutMs });
      await row(title).click({ timeout: actionMs });
      await waitUntil(
        async () => !(await widget.isVisible()) || (await input.inputValue()) !== `>${title}`,
        { what: `the palette to take ${title}`, timeoutMs: actionMs },
      );
    },
    async offersCommand(title) {
      const found = await findInPalette(title);
      await cancel();
      return found;
    },
    waitUntilOpen: () => input.waitFor({ timeout: actionMs }),
    async type(text) {
      await input.fill(text, { timeout: actionMs });
    },
    async pick(label) {
      await row(label).click({ timeout: actionMs });
    },
    async accept() {
      await input.press('Enter', { timeout: actionMs });
    },
    cancel,
    labels: () => rows.locator('.label-name').allInnerTexts(),
    async message() {
      const shown = widget.locator('.quick-input-message');
      return (await shown.textContent({ timeout: actionMs })) ?? '';
    },
    async placeholder() {
      return (await input.getAttribute('placeholder', { timeout: actionMs })) ?? '';
    },
  };
}

/** Whether it shows within the time. */
export async function appears(locator: Locator, timeoutMs: number): Promise<boolean> {
  try {
    await locator.waitFor({ timeout: timeoutMs });
    return true;
  } catch {
    return false;
  }
}

function wholeText(text: string): RegExp {
  return new RegExp(`^\\s*${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
}
