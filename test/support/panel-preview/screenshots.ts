// Takes a picture of every state of the panel: `node screenshots.ts FOLDER [STATE…] [--theme T] [--width W]`.

import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../workbench/browser.ts';
import { pageOf, themes } from './page.ts';
import { kept, states } from './states.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    theme: { type: 'string', multiple: true, default: Object.keys(themes) },
    width: { type: 'string', multiple: true, default: ['300', '420'] },
  },
});
const [folder = join(tmpdir(), 'muster-panel'), ...wanted] = positionals;

const panel = await buildPanel();
const { browser, close } = await launchBrowser();
let wrong = 0;
try {
  await mkdir(folder, { recursive: true });
  for (const name of wanted.length > 0 ? wanted : Object.keys(states)) {
    for (const theme of values.theme) {
      for (const width of values.width) {
        wrong += await shoot(browser, { name, theme, width: Number(width) });
      }
    }
  }
} finally {
  await close();
}
console.log(`Pictures are in ${folder}, ${wrong} with something wrong.`);
process.exitCode = wrong > 0 ? 1 : 0;

async function buildPanel(): Promise<{ script: string; style: string }> {
  const out = await mkdtemp(join(tmpdir(), 'muster-panel-'));
  try {
    await build({
      entryPoints: [join(import.meta.dirname, '../../../src/webview/main.tsx')],
      outfile: join(out, 'webview.js'),
      bundle: true,
      minify: true,
      format: 'iife',
      jsx: 'automatic',
      define: { 'process.env.NODE_ENV': '"production"' },
    });
    return {
      script: await readFile(join(out, 'webview.js'), 'utf8'),
      style: await readFile(join(out, 'webview.css'), 'utf8'),
    };
  } finally {
    await rm(out, { recursive: true });
  }
}

type Picture = { name: string; theme: string; width: number };

/** @returns 1 when the page reported an error or is wider than the view */
async function shoot(from: Browser, { name, theme, width }: Picture): Promise<number> {
  const page = await from.newPage({ viewport: { width, height: 900 }, reducedMotion: 'reduce' });
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  try {
    await page.clock.setFixedTime('2025-11-22T14:09:00Z');
    await page.setContent(
      pageOf({ ...panel, theme, messages: states[name] ?? [], kept: kept[name] }),
    );
    await drawn(page, name);
    const scrollWidth = await page.evaluate(() => document.documentElement.scrollWidth);
    if (scrollWidth > width) problems.push(`It is ${scrollWidth} px wide.`);
    await page.screenshot({ path: join(folder, `${name}-${theme}-${width}.png`), fullPage: true });
  } finally {
    await page.close();
  }
  for (const problem of problems) console.error(`${name} ${theme} ${width}: ${problem}`);
  return problems.length > 0 ? 1 : 0;
}

async function drawn(page: Page, name: string): Promise<void> {
  if (name === 'loading') return;
  await page.locator('main[aria-busy=false]').waitFor();
  await page.locator('h1').waitFor();
  // Pieces of text and results come one frame after the snapshot.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 60)));
}
