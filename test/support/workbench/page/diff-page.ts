// The diff editor of a review, for one file or for all: its lenses, its title and its buttons.

import type { Locator, Page } from 'playwright-core';
import { waitUntil } from '../wait-until.ts';

export type HunkAction = 'Accept hunk' | 'Reject hunk';

export interface OneDiff {
  /** The lenses on the screen, top to bottom: those scrolled out of sight are not drawn. */
  lenses(): Promise<string[]>;
  waitForLenses(action: HunkAction, count: number): Promise<void>;
  /** `hunk` counts from 1, among the lenses on the screen. */
  clickLens(action: HunkAction, hunk: number): Promise<void>;
  /** The proposed side's lines on the screen, top to bottom. */
  proposedLines(): Promise<string[]>;
}

export interface DiffPage extends OneDiff {
  /** The title of the active editor. */
  title(): Promise<string>;
  waitForTitle(title: string | RegExp): Promise<void>;
  /** Names of the buttons at the right of the editor's title, without their shortcuts. */
  titleButtons(): Promise<string[]>;
  pressTitleButton(name: string): Promise<void>;
  /** Names of the files on the screen, in the editor that shows all changes. */
  files(): Promise<string[]>;
  /** The lenses and lines of one file in that editor. */
  inFile(name: string): OneDiff;
  /** A button on the header of a file in that editor. */
  pressFileButton(file: string, name: string): Promise<void>;
}

const actionMs = 15_000;
const lookMs = 1_000;
const group = '.editor-group-container.active';

export function diffPage(page: Page): DiffPage {
  const activeTab = page.locator(`${group} .tab.active .tab-label`);
  const buttons = page.locator(`${group} .editor-actions a.action-label`);
  const entries = page.locator(`${group} .multiDiffEntry:visible`);
  const entry = (name: string): Locator =>
    entries.filter({ has: page.locator('.header .label-name', { hasText: name }) });
  return {
    ...diffIn(page.locator(`${group} .editor-container`)),
    title: async () => (await activeTab.textContent({ timeout: actionMs })) ?? '',
    waitForTitle: (title) => activeTab.filter({ hasText: title }).waitFor({ timeout: actionMs }),
    async titleButtons() {
      const labels = await buttons.evaluateAll((links) =>
        links.map((link) => link.getAttribute('aria-label') ?? ''),
      );
      return labels.map((label) => label.replace(/ \([^()]*\)[^()]*$|\n.*$/s, ''));
    },
    async pressTitleButton(name) {
      await buttons.and(page.getByRole('button', { name })).first().click({ timeout: actionMs });
    },
    async files() {
      const names = await topToBottom(entries.locator('.title.modified .label-name'));
      return names.map(({ text }) => text);
    },
    inFile: (name) => diffIn(entry(name)),
    async pressFileButton(file, name) {
      // Its buttons show only under the pointer, or when the file is the active one.
      const header = entry(file).locator('.header');
      await header.hover({ timeout: actionMs });
      const button = header.locator('.actions').getByRole('button', { name }).first();
      await button.click({ timeout: actionMs });
    },
  };
}

function diffIn(editor: Locator): OneDiff {
  // A lens whose command is not resolved yet is text; one that can be pressed is a link.
  const links = editor.locator('.codelens-decoration a:visible');
  const lensesOf = async (action: HunkAction): Promise<PlacedText[]> =>
    // The icon before the words is one space of text.
    (await topToBottom(links)).filter(({ text }) => text.trim() === action);
  return {
    lenses: async () => (await topToBottom(links)).map(({ text }) => text.trim()),
    waitForLenses: async (action, count) => {
      await waitUntil(async () => (await lensesOf(action)).length === count, {
        what: `${count} lenses ${action}`,
        timeoutMs: actionMs,
        detail: async () => `There are ${(await lensesOf(action)).length}.`,
      });
    },
    async clickLens(action, hunk) {
      await waitUntil(() => clickPlaced(links, action, hunk), {
        what: `lens ${action} of hunk ${hunk}`,
        timeoutMs: actionMs,
      });
    },
    async proposedLines() {
      const lines = await topToBottom(editor.locator('.editor.modified .view-line'));
      return lines.map(({ text }) => text);
    },
  };
}

/** On the very node that was found there: its place among all may be another's by the time of the click. */
async function clickPlaced(links: Locator, action: HunkAction, hunk: number): Promise<boolean> {
  const placed = [];
  for (const link of await links.elementHandles()) {
    const text = ((await link.textContent()) ?? '').replaceAll('\u00a0', ' ').trim();
    const box = await link.boundingBox();
    if (text === action && box !== null) placed.push({ link, box });
  }
  placed.sort((a, b) => a.box.y - b.box.y || a.box.x - b.box.x);
  try {
    const chosen = placed[hunk - 1]?.link;
    await chosen?.click({ timeout: lookMs });
    return chosen !== undefined;
  } catch {
    // Drawn anew meanwhile: it is looked for again.
    return false;
  }
}

interface PlacedText {
  /** Place among all that the locator finds. */
  readonly index: number;
  readonly text: string;
}

/** The editor adds and moves its nodes in any order, so only their place on the screen counts. */
async function topToBottom(locator: Locator): Promise<PlacedText[]> {
  const placed = await locator.evaluateAll((nodes) =>
    nodes.map((node, index) => {
      const { top, left } = node.getBoundingClientRect();
      return { index, text: node.textContent ?? '', top, left };
    }),
  );
  placed.sort((a, b) => a.top - b.top || a.left - b.left);
  return placed.map(({ index, text }) => ({ index, text: text.replaceAll('\u00a0', ' ') }));
}
