/** Loads modules of Muster with one place of their source changed, to see whether a test would notice. */
import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** In files whose name ends so, `from` becomes `to`; it must occur. */
export type Mutation = { file: string; from: string | RegExp; to: string };

const source = new URL('../../../src/', import.meta.url).href;
let count = 0;

/**
 * Imports the modules anew, with every module of `src/` that they stand on, mutated.
 * @throws AssertionError when a mutation found nothing to change
 */
export async function importMutated<Module>(
  modules: readonly string[],
  mutations: readonly Mutation[],
): Promise<Module> {
  count += 1;
  const mark = `mutant=${count}`;
  const done = new Set<Mutation>();
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context);
      const isOurs = resolved.url.startsWith(source) && context.parentURL?.includes(mark);
      return isOurs && !resolved.url.includes(mark)
        ? { ...resolved, url: `${resolved.url}?${mark}` }
        : resolved;
    },
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.includes(mark) || loaded.source == null) return loaded;
      let text = Buffer.from(loaded.source as Uint8Array).toString();
      for (const mutation of mutations) {
        if (!fileURLToPath(url.split('?')[0] ?? '').endsWith(mutation.file)) continue;
        const changed = text.replace(mutation.from, mutation.to);
        if (changed !== text) done.add(mutation);
        text = changed;
      }
      return { ...loaded, source: text };
    },
  });
  try {
    const parts = [];
    for (const module of modules) {
      const url = new URL(module, source);
      parts.push(await import(`${pathToFileURL(fileURLToPath(url)).href}?${mark}`));
    }
    for (const each of mutations) assert.ok(done.has(each), `nothing to change: ${each.from}`);
    return Object.assign({}, ...parts);
  } finally {
    hooks.deregister();
  }
}
