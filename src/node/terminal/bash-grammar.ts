/** The grammar of bash as WebAssembly, loaded when the first command line is parsed. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Parser, Tree } from 'web-tree-sitter';

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
  const sitter = await import('web-tree-sitter');
  await sitter.Parser.init({ wasmBinary: await wasm('web-tree-sitter', 'web-tree-sitter.wasm') });
  const bash = await sitter.Language.load(await wasm('tree-sitter-bash', 'tree-sitter-bash.wasm'));
  const parser: Parser = new sitter.Parser();
  parser.setLanguage(bash);
  return { parse: (line) => parser.parse(line) };
}

/** Beside the bundle, or in the package where there is none. */
async function wasm(packageName: string, name: string): Promise<Uint8Array> {
  const beside = new URL(`./${name}`, import.meta.url);
  if (existsSync(beside)) return readFile(fileURLToPath(beside));
  return readFile(createRequire(import.meta.url).resolve(`${packageName}/${name}`));
}
