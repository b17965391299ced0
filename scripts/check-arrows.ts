/** Fails on an import between folders that the architecture does not allow, read from esbuild's metafile. */
import process from 'node:process';
import { build } from 'esbuild';

type Rule = { folders: readonly string[]; packages: readonly RegExp[] };

const anyNode = [/^node:/];

/** Which folders of src/ and which packages each folder may import; itself always. */
const rules: Record<string, Rule> = {
  shared: { folders: [], packages: [/^zod$/] },
  engine: { folders: ['shared'], packages: [/^zod$/] },
  webview: {
    folders: ['shared'],
    packages: [/^react$/, /^react\/jsx-runtime$/, /^react-dom\/client$/],
  },
  node: {
    folders: ['shared', 'engine'],
    packages: [
      ...anyNode,
      /^zod$/,
      /^simple-git$/,
      /^@anthropic-ai\/sdk/,
      /^@anthropic-ai\/sandbox-runtime$/,
      /^@vscode\/tree-sitter-wasm$/,
    ],
  },
  cli: { folders: ['shared', 'engine', 'node'], packages: [...anyNode, /^zod$/] },
  extension: { folders: ['shared', 'engine', 'node'], packages: [...anyNode, /^vscode$/, /^zod$/] },
};

const entries = [
  'src/extension/extension.ts',
  'src/extension/runtime.ts',
  'src/cli/cli.ts',
  'src/node/database/database-worker.ts',
  'src/node/code/code-worker.ts',
  'src/webview/main.tsx',
];

const { metafile } = await build({
  entryPoints: entries,
  bundle: true,
  write: false,
  metafile: true,
  outdir: 'dist',
  platform: 'node',
  format: 'esm',
  packages: 'external',
  external: ['vscode'],
  jsx: 'automatic',
  logLevel: 'error',
});

const problems: string[] = [];
let checked = 0;
for (const [file, input] of Object.entries(metafile.inputs)) {
  const from = folderOf(file);
  if (from === undefined) continue;
  const rule = rules[from];
  if (!rule) {
    problems.push(`${file}: the folder src/${from} is not known to this check`);
    continue;
  }
  for (const imported of input.imports) {
    checked += 1;
    const reason = imported.external
      ? packageProblem(rule, imported.path)
      : folderProblem(from, rule, imported.path);
    if (reason) problems.push(`${file}: ${reason}`);
  }
}
for (const folder of Object.keys(rules)) {
  const seen = Object.keys(metafile.inputs).some((file) => folderOf(file) === folder);
  if (!seen) problems.push(`Nothing of src/${folder} was read: the check would prove nothing`);
}

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.stdout.write(`arrows: ${checked} imports checked, ${problems.length} not allowed\n`);
process.exitCode = problems.length > 0 ? 1 : 0;

function folderOf(file: string): string | undefined {
  return /^src\/([^/]+)\//.exec(file)?.[1];
}

function packageProblem({ packages }: Rule, name: string): string | undefined {
  const allowed = packages.some((pattern) => pattern.test(name));
  return allowed ? undefined : `imports the package ${name}`;
}

function folderProblem(from: string, { folders }: Rule, file: string): string | undefined {
  const to = folderOf(file);
  if (to === undefined)
    return file === 'package.json' && from === 'node' ? undefined : `imports ${file}`;
  return to === from || folders.includes(to) ? undefined : `imports ${file}`;
}
