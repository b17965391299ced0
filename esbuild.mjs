/** Bundles the extension, its runtime, the command line and the panel into dist/, and prints their sizes. */
import { copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { context } from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  metafile: true,
  logLevel: 'warning',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development') },
};
const node = { ...shared, platform: 'node', target: 'node22' };

/** The engine, the schemas and the SDK are loaded when they are needed, not when the editor starts. */
const lazyRuntime = {
  name: 'lazy-runtime',
  setup(build) {
    build.onResolve({ filter: /\/runtime\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './runtime.cjs', external: true } : undefined,
    );
  },
};

const bundles = [
  {
    ...node,
    entryPoints: { extension: 'src/extension/extension.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
    plugins: [lazyRuntime],
  },
  {
    ...node,
    entryPoints: { runtime: 'src/extension/runtime.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    external: ['vscode'],
    // The workers and the grammars are found beside the bundle.
    define: { ...shared.define, 'import.meta.url': 'musterModuleUrl' },
    banner: {
      js: "const musterModuleUrl = require('node:url').pathToFileURL(__filename).href;",
    },
  },
  {
    ...node,
    entryPoints: { 'database-worker': 'src/node/database/database-worker.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  },
  {
    ...node,
    entryPoints: { 'code-worker': 'src/node/code/code-worker.ts' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    // Read by the parser's own loader, which is told where its program is.
    define: { ...shared.define, 'import.meta.url': 'undefined' },
  },
  {
    ...node,
    entryPoints: { cli: 'src/cli/cli.ts' },
    format: 'esm',
    banner: {
      // The parser's own loader looks for its file name, which a module has not.
      js: "#!/usr/bin/env node\nimport { createRequire as musterRequire } from 'node:module';\nconst require = musterRequire(import.meta.url), __filename = import.meta.filename;",
    },
  },
  {
    ...shared,
    entryPoints: { webview: 'src/webview/main.tsx' },
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
  },
];

if (!watch) rmSync('dist', { recursive: true, force: true });
copyGrammars();
copySandboxFilters();
for (const options of bundles) {
  const built = await context({ ...options, outdir: 'dist' });
  if (watch) {
    await built.watch();
    continue;
  }
  const { metafile } = await built.rebuild();
  await built.dispose();
  const name = Object.keys(options.entryPoints)[0];
  if (!production) writeFileSync(path.join('dist', `${name}.meta.json`), JSON.stringify(metafile));
  for (const file of Object.keys(metafile.outputs)) {
    if (!file.endsWith('.map')) {
      process.stdout.write(`${file}  ${(statSync(file).size / 1024).toFixed(1)} KB\n`);
    }
  }
}

/** The parser's program and the prebuilt grammar of each language in `src/node/code/languages.ts`, and of command lines. */
function copyGrammars() {
  mkdirSync('dist/grammars', { recursive: true });
  const names = 'bash c-sharp cpp go java javascript php python ruby rust tsx typescript'.split(
    ' ',
  );
  const files = ['tree-sitter.wasm', ...names.map((name) => `tree-sitter-${name}.wasm`)];
  for (const file of files) {
    copyFileSync(installed(`@vscode/tree-sitter-wasm/wasm/${file}`), `dist/grammars/${file}`);
  }
  copyFileSync(installed('tree-sitter-c/tree-sitter-c.wasm'), 'dist/grammars/tree-sitter-c.wasm');
}

/** The sandbox of Linux keeps commands from the machine's sockets with these. */
function copySandboxFilters() {
  for (const architecture of ['x64', 'arm64']) {
    const from = `@anthropic-ai/sandbox-runtime/vendor/seccomp/${architecture}/apply-seccomp`;
    copyFileSync(installed(from), `dist/apply-seccomp-${architecture}`);
  }
}

/** Wherever this is run. */
function installed(file) {
  return path.join(import.meta.dirname, 'node_modules', file);
}
