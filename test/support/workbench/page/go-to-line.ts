// The cursor on a line of the active editor, as the status bar says.

import type { Page } from 'playwright-core';
import { waitUntil } from '../wait-until.ts';

const actionMs = 15_000;
const lookMs = 3_000;

/** An editor that takes the focus meanwhile closes the input: then it is asked again. */
export async function goToLine(page: Page, line: number): Promise<void> {
  await waitUntil(() => goes(page, line), { what: `line ${line}`, timeoutMs: 3 * actionMs });
  await waitForLine(page, line);
}

async function goes(page: Page, line: number): Promise<boolean> {
  const widget = page.locator('.quick-input-widget');
  if (await widget.isVisible()) await page.keyboard.press('Escape');
  await page.keyboard.press('Control+G');
  try {
    await widget.locator('.quick-input-box input').fill(`:${line}`, { timeout: lookMs });
    // Enter before the entry is there is lost.
    const named = { hasText: new RegExp(`line ${line}\\b`, 'i') };
    await widget.locator('.quick-input-list .monaco-list-row', named).waitFor({ timeout: lookMs });
  } catch {
    return false;
  }
  await page.keyboard.press('Enter');
  return true;
}

export function waitForLine(page: Page, line: number): Promise<void> {
  return page.getByRole('button', { name: `Ln ${line},` }).waitFor({ timeout: actionMs });
}
