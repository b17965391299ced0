// The page around the built panel: a theme's variables, the webview's API, and the messages of one state.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultText } from './states.ts';

type Variables = Record<string, string>;

export const themes: Record<string, Variables> = JSON.parse(
  readFileSync(join(import.meta.dirname, 'themes.json'), 'utf8'),
);

type Page = {
  script: string;
  style: string;
  theme: string;
  messages: readonly unknown[];
  /** What the panel kept of an earlier look at the run. */
  kept?: unknown;
};

/** As strict as the page that the extension serves: only what carries the nonce runs. */
const policy = "default-src 'none'; script-src 'nonce-preview'; style-src 'nonce-preview'";

export function pageOf({ script, style, theme, messages, kept }: Page): string {
  const variables = Object.entries({ ...fonts, ...themes[theme] });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Muster</title>
<style nonce="preview">:root { ${variables.map(([name, value]) => `${name}: ${value};`).join(' ')} }</style>
<style nonce="preview">${style}</style>
</head>
<body class="vscode-${theme}">
<div id="root"></div>
<script nonce="preview">${apiScript(messages, kept)}</script>
<script nonce="preview">${asInline(script)}</script>
</body>
</html>`;
}

const fonts: Variables = {
  '--vscode-font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  '--vscode-font-size': '13px',
  '--vscode-font-weight': 'normal',
  '--vscode-editor-font-family': '"Droid Sans Mono", monospace',
};

/** `window.intents` collects what the panel posts. */
function apiScript(messages: readonly unknown[], kept: unknown): string {
  return asInline(`
    window.intents = [];
    const kept = { value: ${JSON.stringify(kept) ?? 'undefined'} };
    window.acquireVsCodeApi = () => ({
      getState: () => kept.value,
      setState: (value) => { kept.value = value; },
      postMessage(intent) {
        window.intents.push(intent);
        if (intent.type === 'ready') {
          for (const message of ${JSON.stringify(messages)}) window.postMessage(message);
        }
        if (intent.type === 'body') {
          window.postMessage({ type: 'body', ref: intent.ref, text: ${JSON.stringify(resultText)} });
        }
      },
    });`);
}

function asInline(script: string): string {
  return script.replaceAll('</script', '<\\/script');
}
