// Launches Chromium and opens the workbench in it, noting every error that its pages report.

import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../../scripts/setup/ensure-browser.mjs';
import { closeAtExit } from './cleanup.ts';

export interface BrowserOptions {
  /** A window to look at; else none is shown. */
  readonly headed?: boolean;
}

export interface WorkbenchBrowser {
  readonly browser: Browser;
  close(): Promise<void>;
}

export interface WindowOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  /** From an earlier window: its memory (layout, extension state) lives in its context. */
  readonly context?: BrowserContext;
  readonly timeoutMs?: number;
}

export interface WorkbenchWindow {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors and uncaught errors so far, oldest first, without the workbench's own noise. */
  readonly problems: readonly string[];
  close(): Promise<void>;
}

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever a page asks for, only this machine is there.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
];

const keptProblems = 200;

/** What this workbench says by itself: a module it does without, and its own reload or restart. */
const ownNoise = [
  /\/vsda\//,
  /\bCanceled\b/,
  /Long running operations during shutdown/,
  /WebSocket|CloseEvent|\[remote-connection\]/,
  /Unable to resolve resource output:|Throttler is disposed|authentication provider 'github'/,
];

export async function launchBrowser(options: BrowserOptions = {}): Promise<WorkbenchBrowser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) {
    throw new Error('There is no Chromium here yet: run `npm test` once, or set MUSTER_CHROMIUM.');
  }
  const browser = await chromium.launch({
    executablePath,
    args: flags,
    headless: options.headed !== true,
    // `cleanup.ts` answers the signals; Playwright still kills the browser when the process exits.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
  const close = closeAtExit({ close: () => browser.close(), closeNow: () => undefined });
  return { browser, close };
}

/** Resolves when the workbench has drawn itself; extensions may still be starting. */
export async function openWorkbench(
  { browser }: Pick<WorkbenchBrowser, 'browser'>,
  url: string,
  options: WindowOptions = {},
): Promise<WorkbenchWindow> {
  const { viewport = { width: 1280, height: 800 }, timeoutMs = 60_000 } = options;
  const context = options.context ?? (await browser.newContext({ viewport }));
  const page = await context.newPage();
  if (options.context !== undefined) await page.setViewportSize(viewport);
  const problems = collectProblems(page);
  try {
    await page.goto(url, { waitUntil: 'domcontentloaded', timeout: timeoutMs });
    await waitForWorkbench(page, timeoutMs);
  } catch (error) {
    await (options.context === undefined ? context : page).close();
    const noted = problems.map((problem) => `\n  ${problem}`).join('');
    throw new Error(`The workbench did not open at ${url}.${noted}`, { cause: error });
  }
  const close = (): Promise<void> => context.close();
  return { page, context, problems, close };
}

export async function waitForWorkbench(page: Page, timeoutMs = 60_000): Promise<void> {
  await page.locator('.monaco-workbench').waitFor({ timeout: timeoutMs });
  await page.locator('.part.statusbar .statusbar-item').first().waitFor({ timeout: timeoutMs });
}

function collectProblems(page: Page): string[] {
  const problems: string[] = [];
  const note = (problem: string): void => {
    if (ownNoise.some((pattern) => pattern.test(problem))) return;
    if (problems.length < keptProblems) problems.push(problem.slice(0, 1_000));
  };
  page.on('console', (message) => {
    if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => note(`page: ${error.stack ?? error.message}`));
  page.on('crash', () => note('page: crashed'));
  return problems;
}
