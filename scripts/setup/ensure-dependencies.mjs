// Installs node_modules by `npm ci` when it is missing or differs from package-lock.json.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand } from './npm-command.mjs';
import { projectRoot } from './project-root.mjs';
import { reportStep } from './report-step.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage */

/**
 * @param {{ signal?: AbortSignal | undefined, log?: (line: string) => void }} [options]
 * @returns {Promise<void>}
 */
export async function ensureDependencies({ signal, log } = {}) {
  await reportStep(
    'dependencies',
    async () => {
      if (dependenciesMatchLock()) return { note: 'up to date', value: undefined };
      await npmCommand(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: projectRoot,
        signal,
      });
      return { note: 'installed by npm ci', value: undefined };
    },
    log,
  );
}

/**
 * npm writes `node_modules/.package-lock.json` last, so it is there only after a complete install.
 * @returns {boolean}
 */
function dependenciesMatchLock() {
  const wanted = lockedPackages(join(projectRoot, 'package-lock.json'));
  const installed = lockedPackages(join(projectRoot, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '') return true;
    const found = installed[path];
    // A package for another platform is locked but not installed.
    if (found === undefined) return entry.optional === true && !isForThisPlatform(path);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * The packages that matter most carry the platform in their name: esbuild's binary, Node 24, ripgrep.
 * @param {string} path
 * @returns {boolean}
 */
function isForThisPlatform(path) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const platform = process.platform === 'win32' ? '(win32|win)' : process.platform;
  return new RegExp(`^(@esbuild/|node-(bin-)?|@vscode/ripgrep-)${platform}-${process.arch}$`).test(
    name,
  );
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage>}
 */
function lockedPackages(path) {
  if (!existsSync(path)) return {};
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {};
}
