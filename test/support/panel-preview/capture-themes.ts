// Reads the colours that the panel uses out of the real workbench, for each theme, into themes.json.

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { launchBrowser, openWorkbench } from '../workbench/browser.ts';
import { startEditor } from '../workbench/editor.ts';

/** The theme's id, and the file whose name the workbench's class has once it is drawn in it. */
const themes: Record<string, { id: string; file: string }> = {
  dark: { id: 'Dark 2026', file: '2026-dark' },
  light: { id: 'Light 2026', file: '2026-light' },
  'high-contrast': { id: 'Default High Contrast', file: 'hc_black' },
  'high-contrast-light': { id: 'Default High Contrast Light', file: 'hc_light' },
};

const here = import.meta.dirname;
const names = await variablesInUse(join(here, '../../../src/webview'));
const browser = await launchBrowser();
const captured: Record<string, Record<string, string>> = {};
try {
  for (const [name, theme] of Object.entries(themes)) captured[name] = await capture(theme);
} finally {
  await browser.close();
}
await writeFile(join(here, 'themes.json'), `${JSON.stringify(captured, null, 2)}\n`);

async function variablesInUse(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.css'));
  const styles = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return [...new Set(styles.join('\n').match(/--vscode-[\w-]+/g) ?? [])].sort();
}

async function capture(theme: { id: string; file: string }): Promise<Record<string, string>> {
  const editor = await startEditor({ settings: { 'workbench.colorTheme': theme.id } });
  try {
    const { page, close } = await openWorkbench(browser, editor.url());
    await page.locator(`.monaco-workbench[class*="${theme.file}"]`).waitFor();
    const found = await page.evaluate((wanted) => {
      const workbench = document.querySelector('.monaco-workbench');
      const style = getComputedStyle(workbench ?? document.body);
      return wanted.map((name) => [name, style.getPropertyValue(name).trim()] as const);
    }, names);
    await close();
    return Object.fromEntries(found.filter(([, value]) => value !== ''));
  } finally {
    await editor.stop();
  }
}
