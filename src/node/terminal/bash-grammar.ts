/** The grammar of bash as WebAssembly, loaded when the first command line is parsed. */
import { readFile } from 'node:fs/promises';
import type { Tree } from '@vscode/tree-sitter-wasm';
import { bashFiles } from '../code/grammar-files.ts';

export type Grammar = {
  /** The caller deletes the tree. */
  parse(line: string): Tree | null;
};

let loading: Promise<Grammar> | undefined;

/** @throws Error when the files of the grammar are missing or damaged; asked again, it tries again */
export function bashGrammar(): Promise<Grammar> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<Grammar> {
  const files = bashFiles();
  const loaded = await import('@vscode/tree-sitter-wasm');
  // Node finds no names in the package's module; the bundler does.
  const { Language, Parser } = 'default' in loaded ? (loaded.default as typeof loaded) : loaded;
  await Parser.init({ locateFile: () => files.runtime });
  const bash = await Language.load(await readFile(files.grammar));
  const parser = new Parser().setLanguage(bash);
  return { parse: (line) => parser.parse(line) };
}
