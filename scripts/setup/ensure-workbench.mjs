// Makes ready all that a test or the demo in the real editor needs: dependencies, browser, editor.

import { ensureBrowser } from './ensure-browser.mjs';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { ensureEditor } from './ensure-editor.mjs';
import { node24Path } from './node-24.mjs';

/**
 * The first failure ends the other installations too.
 * @param {{ signal?: AbortSignal | undefined, log?: (line: string) => void }} [options]
 * @returns {Promise<{ node: string, browser: string, editor: string }>}
 */
export async function ensureWorkbench({ signal, log } = {}) {
  const failed = new AbortController();
  const either = AbortSignal.any([failed.signal, ...(signal === undefined ? [] : [signal])]);
  await ensureDependencies({ signal, ...(log && { log }) });
  const options = { signal: either, ...(log && { log }) };
  const steps = [ensureBrowser(options), ensureEditor(options)];
  try {
    const [browser = '', editor = ''] = await Promise.all(steps);
    return { node: node24Path(), browser, editor };
  } catch (error) {
    failed.abort();
    await Promise.allSettled(steps);
    throw error;
  }
}
