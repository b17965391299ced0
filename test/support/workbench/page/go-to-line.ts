// The cursor on a line of the active editor, as the status bar says.

import type { Page } from 'playwright-core';

const actionMs = 15_000;

export async function goToLine(page: Page, line: number): Promise<void> {
  await page.keyboard.press('Control+G');
  const input = page.locator('.quick-input-widget .quick-input-box input');
  await input.fill(`:${line}`, { timeout: actionMs });
  // Enter before the entry is there is lost.
  const entry = page.locator('.quick-input-list .monaco-list-row', {
    hasText: new RegExp(`line ${line}\\b`, 'i'),
  });
  await entry.waitFor({ timeout: actionMs });
  await page.keyboard.press('Enter');
  await waitForLine(page, line);
}

export function waitForLine(page: Page, line: number): Promise<void> {
  return page.getByRole('button', { name: `Ln ${line},` }).waitFor({ timeout: actionMs });
}
