// Finds a Chromium to show the editor in; on Debian, as root, installs it where there is none.

import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { reportStep } from './report-step.mjs';
import { runCommand } from './run-command.mjs';

/** Where browsers of the Chromium family live, by platform. */
const usualPlaces = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/usr/bin/google-chrome-stable',
    '/opt/google/chrome/chrome',
    '/snap/bin/chromium',
    '/usr/bin/microsoft-edge',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].flatMap((name) => {
    const folder = process.env[name];
    if (folder === undefined) return [];
    return [
      join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
    ];
  }),
};

/**
 * Makes sure of a browser, and of git, which the sample workspace and the staging area need.
 * @param {{ signal?: AbortSignal | undefined, log?: (line: string) => void }} [options]
 * @returns {Promise<string>} the browser's executable
 */
export async function ensureBrowser({ signal, log } = {}) {
  return reportStep(
    'browser',
    async () => {
      const found = findBrowser();
      if (found !== undefined && hasGit()) return { note: `found ${found}`, value: found };
      const missing = [
        ...(found === undefined ? ['chromium', 'fonts-dejavu-core'] : []),
        ...(hasGit() ? [] : ['git']),
      ];
      await installPackages(missing, signal);
      const installed = findBrowser();
      if (installed === undefined) throw new Error(whatToInstall(missing));
      return { note: `installed ${missing.join(', ')}`, value: installed };
    },
    log,
  );
}

/** @returns {string | undefined} */
export function findBrowser() {
  const chosen = process.env.MUSTER_CHROMIUM;
  if (chosen !== undefined && chosen !== '') {
    if (existsSync(chosen)) return chosen;
    throw new Error(`MUSTER_CHROMIUM names ${chosen}, which is not there.`);
  }
  const places = Object.entries(usualPlaces).find(([name]) => name === process.platform)?.[1] ?? [];
  return places.find((path) => existsSync(path));
}

/** @returns {boolean} */
function hasGit() {
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => existsSync(join(folder, name)));
}

/**
 * @param {readonly string[]} names
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<void>}
 */
async function installPackages(names, signal) {
  if (!isDebianFamily() || process.getuid?.() !== 0) throw new Error(whatToInstall(names));
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runCommand('apt-get', ['update'], { env, signal });
  const install = ['install', '-y', '--no-install-recommends', ...names];
  await runCommand('apt-get', install, { env, signal });
}

/** @returns {boolean} */
function isDebianFamily() {
  if (!existsSync('/etc/os-release')) return false;
  return /^ID(_LIKE)?=.*\bdebian\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/**
 * @param {readonly string[]} missing
 * @returns {string}
 */
function whatToInstall(missing) {
  const wanted = [
    ...(missing.includes('chromium') ? ['Chromium or Chrome (or set MUSTER_CHROMIUM to it)'] : []),
    ...(missing.includes('git') ? ['git'] : []),
  ];
  const how = isDebianFamily() ? `: sudo apt-get install ${missing.join(' ')}` : '';
  return `Install ${wanted.join(' and ')} and run this again${how}`;
}
