// Finds the Node 24 that Muster's scripts and the editor run on, whatever Node started them.

import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { projectRoot } from './project-root.mjs';

const wantedMajor = 24;

/**
 * The Node of this process when it is new enough, else the one that `npm ci` brought.
 * Throws one line saying what to install when there is neither.
 * @returns {string}
 */
export function node24Path() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= wantedMajor) return process.execPath;
  const local = localNode();
  if (local !== undefined) return local;
  throw new Error(
    `Muster's scripts need Node ${wantedMajor}, and there is no packaged one for ` +
      `${process.platform} ${process.arch}: install Node ${wantedMajor} and run this again.`,
  );
}

/**
 * An environment in which `node`, and so npm too, is Node 24.
 * @param {NodeJS.ProcessEnv} [base]
 * @returns {NodeJS.ProcessEnv}
 */
export function node24Environment(base = process.env) {
  const pathName = Object.keys(base).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const path = [dirname(node24Path()), base[pathName]].filter(Boolean).join(delimiter);
  return { ...base, [pathName]: path };
}

/** @returns {string | undefined} */
function localNode() {
  const candidates =
    process.platform === 'win32'
      ? [join('node_modules', `node-win-${process.arch}`, 'bin', 'node.exe')]
      : [join('node_modules', '.bin', 'node')];
  const found = candidates.map((path) => join(projectRoot, path)).find(existsSync);
  return found === undefined ? undefined : realpathSync(found);
}
