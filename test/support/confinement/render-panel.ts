/** Draws the panel's own components as a page's text, after the messages of the extension, outside a browser. */
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

export type RenderPanel = (messages: readonly unknown[]) => string;

const source = path.join(import.meta.dirname, '../../../src/webview');

const entry = `
import { renderToStaticMarkup } from 'react-dom/server';
import { createElement } from 'react';
import { App } from './app.tsx';
import { createPanel } from './connection.ts';
import { PanelContext } from './panel-hooks.ts';
export function render(messages) {
  const panel = createPanel({ postMessage() {}, getState() {}, setState() {} });
  for (const message of messages) panel.receive(message);
  return renderToStaticMarkup(createElement(PanelContext, { value: panel }, createElement(App)));
}`;

/** Without a page to hydrate React wants a second look at a store; the first one is as good. */
const storeOutsidePages: Plugin = {
  name: 'store-outside-pages',
  setup({ onLoad }) {
    onLoad({ filter: /panel-hooks\.ts$/ }, async ({ path: file }) => {
      const { readFile } = await import('node:fs/promises');
      const text = await readFile(file, 'utf8');
      const own = 'const useSyncExternalStore = (_: unknown, get: () => any) => get();\n';
      return { contents: own + text.replace('  useSyncExternalStore,\n', ''), loader: 'ts' };
    });
  },
};

/** The bundle stands in the repository, where it finds React. */
export async function loadRenderPanel(): Promise<RenderPanel> {
  const folder = await mkdtemp(path.join(import.meta.dirname, '../../../node_modules/.panel-'));
  try {
    const outfile = path.join(folder, 'panel.mjs');
    await build({
      stdin: { contents: entry, resolveDir: source, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['react', 'react-dom'],
      jsx: 'automatic',
      loader: { '.css': 'empty' },
      plugins: [storeOutsidePages],
      outfile,
      logLevel: 'error',
    });
    const { render } = await import(pathToFileURL(outfile).href);
    return render;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
