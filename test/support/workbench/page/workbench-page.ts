// What a person does with the workbench around Muster: views, side bar, theme, files, reload.

import type { Page } from 'playwright-core';
import { waitForWorkbench } from '../browser.ts';
import { waitUntil } from '../wait-until.ts';
import { type Notifications, notifications } from './notifications.ts';
import { appears, type QuickInput, quickInput } from './quick-input.ts';

export type ColorTheme =
  | 'Dark Modern'
  | 'Light Modern'
  | 'Default High Contrast'
  | 'Default High Contrast Light';

export interface WorkbenchPage {
  readonly page: Page;
  readonly quickInput: QuickInput;
  readonly notifications: Notifications;
  /** Shows a view container by its title in the activity bar. */
  openView(title: string): Promise<void>;
  sideBarWidth(): Promise<number>;
  /** Drags the sash; the workbench allows no less than 170 px. */
  setSideBarWidth(pixels: number): Promise<void>;
  /** Through the palette; `workbench.colorTheme` in the settings is the quicker way before a start. */
  setColorTheme(theme: ColorTheme): Promise<void>;
  /** By a name that quick open finds, such as `src/a.ts`. */
  openFile(name: string): Promise<void>;
  /** As `Developer: Reload Window`: a new page and a new extension host. */
  reload(): Promise<void>;
}

const actionMs = 15_000;
const lookMs = 1_000;
const themeClasses: Readonly<Record<ColorTheme, string>> = {
  'Dark Modern': 'vs-dark',
  'Light Modern': 'vs',
  'Default High Contrast': 'hc-black',
  'Default High Contrast Light': 'hc-light',
};

export function workbenchPage(page: Page): WorkbenchPage {
  const input = quickInput(page);
  return {
    page,
    quickInput: input,
    notifications: notifications(page),
    openView: (title) => openView(page, title),
    sideBarWidth: async () => (await sideBarBox(page)).width,
    setSideBarWidth: (pixels) => setSideBarWidth(page, pixels),
    async setColorTheme(theme) {
      await input.runCommand('Preferences: Color Theme');
      await input.pick(theme);
      const shown = page.locator(`.monaco-workbench.${themeClasses[theme]}`);
      await shown.waitFor({ timeout: actionMs });
    },
    async openFile(name) {
      await page.keyboard.press('ControlOrMeta+P');
      await input.type(name);
      const label = name.slice(name.lastIndexOf('/') + 1);
      await input.pick(label);
      const tab = page.locator(`.editor-group-container.active .tab.active`, { hasText: label });
      await tab.waitFor({ timeout: actionMs });
    },
    async reload() {
      await page.reload({ waitUntil: 'domcontentloaded' });
      await waitForWorkbench(page);
    },
  };
}

async function openView(page: Page, title: string): Promise<void> {
  const tab = page.locator('.part.activitybar').getByRole('tab', { name: title }).first();
  const shown = page.locator('.part.sidebar .composite.title', { hasText: title });
  await tab.waitFor({ timeout: actionMs });
  // A click on the tab of the view that shows hides the side bar, and a start may show it by itself.
  await waitUntil(
    async () => {
      if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
      return appears(shown, lookMs);
    },
    { what: `the view ${title}`, timeoutMs: actionMs },
  );
}

async function setSideBarWidth(page: Page, pixels: number): Promise<void> {
  const isSo = async () => Math.abs((await sideBarBox(page)).width - pixels) <= 1;
  await waitUntil(
    async () => {
      if (await isSo()) return true;
      // Again, where a layout that was under way moved the sash from under the pointer.
      await dragSash(page, pixels);
      return isSo();
    },
    {
      what: `the side bar to be ${pixels} px wide`,
      timeoutMs: actionMs,
      detail: async () => `It is ${(await sideBarBox(page)).width} px wide.`,
    },
  );
}

async function dragSash(page: Page, pixels: number): Promise<void> {
  const { x, y, width, height } = await sideBarBox(page);
  const middle = y + height / 2;
  await page.mouse.move(x + width, middle);
  await page.mouse.down();
  await page.mouse.move(x + pixels, middle, { steps: 5 });
  await page.mouse.up();
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function sideBarBox(page: Page): Promise<Box> {
  const box = await page.locator('.part.sidebar').boundingBox({ timeout: actionMs });
  if (box === null) throw new Error('The side bar is hidden.');
  return box;
}
