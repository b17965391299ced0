/** Where the prebuilt grammars are: beside the bundle, or in the packages that they come from. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { grammarNames } from './languages.ts';

const isBundled = !import.meta.url.endsWith('.ts');

/** As a worker of this process is started. */
export const codeWorkerFile = new URL(
  isBundled ? './code-worker.cjs' : './code-worker.ts',
  import.meta.url,
);

export function grammarFiles(): { runtime: string; grammars: Record<string, string> } {
  const find = isBundled ? inBundle : inPackages();
  const grammars = grammarNames.map((name) => [name, find(`tree-sitter-${name}.wasm`)]);
  return { runtime: find('tree-sitter.wasm'), grammars: Object.fromEntries(grammars) };
}

/** The parser and the grammar of command lines. */
export function bashFiles(): { runtime: string; grammar: string } {
  const find = isBundled ? inBundle : inPackages();
  return { runtime: find('tree-sitter.wasm'), grammar: find('tree-sitter-bash.wasm') };
}

function inBundle(file: string): string {
  return fileURLToPath(new URL(`./grammars/${file}`, import.meta.url));
}

/** All but C's come in one package. */
function inPackages(): (file: string) => string {
  const { resolve } = createRequire(import.meta.url);
  const folder = path.dirname(resolve('@vscode/tree-sitter-wasm'));
  return (file) =>
    file === 'tree-sitter-c.wasm' ? resolve(`tree-sitter-c/${file}`) : path.join(folder, file);
}
