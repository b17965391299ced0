// Installs the VS Code workbench that tests and demo run in, once, into `.vscode-test/`.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24Environment } from './node-24.mjs';
import { npmCommand } from './npm-command.mjs';
import { projectRoot } from './project-root.mjs';
import { reportStep } from './report-step.mjs';

/** Carries VS Code 1.139; it needs Node 24. */
const editorVersion = '4.139.1';
const cacheFolder = join(projectRoot, '.vscode-test');
const installing = '.installing-';

/** The package's own folder: `out/node/entry.js` and `lib/vscode` are in it. */
export const editorFolder = join(
  cacheFolder,
  `code-server-${editorVersion}`,
  'node_modules',
  'code-server',
);

/**
 * @param {{ signal?: AbortSignal | undefined, log?: (line: string) => void }} [options]
 * @returns {Promise<string>} `editorFolder`
 */
export async function ensureEditor({ signal, log } = {}) {
  return reportStep(
    'editor',
    async () => {
      const found = hasEditor();
      if (!found) await installEditor(signal);
      applyShims();
      return { note: `${found ? 'found' : 'installed'} ${editorVersion}`, value: editorFolder };
    },
    log,
  );
}

/** @returns {boolean} */
export function hasEditor() {
  return existsSync(editorFolder);
}

/**
 * The finished folder appears by one rename, so what is there is always complete.
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<void>}
 */
async function installEditor(signal) {
  const temporary = join(cacheFolder, `${installing}${process.pid}`);
  removeLeftovers();
  mkdirSync(temporary, { recursive: true });
  try {
    await installPackage(temporary, signal);
    renameSync(temporary, join(cacheFolder, `code-server-${editorVersion}`));
  } catch (error) {
    // Another process may have finished the same installation first.
    if (!hasEditor() || signal?.aborted) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * Two native modules do not come prebuilt; each has a small stand-in. Done at every start, so a
 * cached editor gets the present ones.
 */
function applyShims() {
  for (const name of ['spdlog', 'native-watchdog']) {
    const shim = fileURLToPath(new URL(`editor-shims/${name}.cjs`, import.meta.url));
    const module = join(editorFolder, 'lib', 'vscode', 'node_modules', '@vscode', name);
    copyFileSync(shim, join(module, 'index.js'));
  }
}

/**
 * Nothing in it is compiled: node-pty, ripgrep and the file watcher come prebuilt.
 * @param {string} folder
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<void>}
 */
async function installPackage(folder, signal) {
  const env = node24Environment();
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--loglevel=error'];
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const name = `code-server@${editorVersion}`;
  await npmCommand(['install', name, ...quiet, '--prefix', folder], { cwd: folder, env, signal });
  const server = join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  const install = ['install', ...quiet, '--legacy-peer-deps', '--prefix', server];
  await npmCommand(install, { cwd: server, env, signal });
  // The editor's own extensions want the TypeScript server that stands there.
  const extensions = join(server, 'extensions');
  const typescript = ['install', ...quiet, '--legacy-peer-deps', '--prefix', extensions];
  await npmCommand(typescript, { cwd: extensions, env, signal });
}

/** What a killed installation left behind: some 600 MB. */
function removeLeftovers() {
  if (!existsSync(cacheFolder)) return;
  for (const name of readdirSync(cacheFolder)) {
    if (!name.startsWith(installing)) continue;
    if (isRunning(Number(name.slice(installing.length)))) continue;
    rmSync(join(cacheFolder, name), { recursive: true, force: true });
  }
}

/**
 * @param {number} pid
 * @returns {boolean}
 */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
