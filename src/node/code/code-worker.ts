/** The thread that parses code: grammars are loaded when a file of their language comes, answers in order. */
import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import * as loaded from '@vscode/tree-sitter-wasm';
import * as z from 'zod';
import { CodeRequest, type CodeResponse } from './code-messages.ts';
import { languageById } from './languages.ts';
import { readTree } from './read-tree.ts';

const Setup = z.object({
  /** The program of the parser itself. */
  runtime: z.string(),
  /** File of each grammar, by name. */
  grammars: z.record(z.string(), z.string()),
  timeLimitMs: z.number(),
});

// Node finds no names in the package's module; the bundler does.
const { Language, Parser } = 'default' in loaded ? (loaded.default as typeof loaded) : loaded;
const setup = Setup.parse(workerData);
const parsers = new Map<string, Promise<loaded.Parser>>();
const ready = Parser.init({ locateFile: () => setup.runtime });

async function parserFor(grammar: string): Promise<loaded.Parser> {
  await ready;
  const language = await Language.load(await readFile(setup.grammars[grammar] ?? ''));
  return new Parser().setLanguage(language);
}

async function answer(request: CodeRequest): Promise<CodeResponse> {
  const { id } = request;
  const language = languageById(request.language);
  const loading = parsers.get(language.grammar) ?? parserFor(language.grammar);
  parsers.set(language.grammar, loading);
  const parser = await loading;
  const until = performance.now() + setup.timeLimitMs;
  const isLate = () => performance.now() > until;
  const text = new TextDecoder().decode(request.bytes);
  // Its type says that the answer is not looked at; a true one ends the parse.
  const tree = parser.parse(text, null, { progressCallback: isLate as () => void });
  if (tree === null) {
    parser.reset();
    return { id, problem: 'time' };
  }
  try {
    return { id, parsed: readTree(tree, { language, name: request.name }, isLate) };
  } finally {
    tree.delete();
  }
}

let last = Promise.resolve();
parentPort?.on('message', (message: unknown) => {
  const request = CodeRequest.parse(message);
  last = last
    .then(() => answer(request))
    .catch((): CodeResponse => ({ id: request.id, problem: 'failed' }))
    .then((response) => parentPort?.postMessage(response));
});
