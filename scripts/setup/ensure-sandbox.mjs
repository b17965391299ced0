// Installs what the sandbox of commands needs, where this machine lets it; where it cannot, that is said and no quiet reason to skip tests.

import { spawnSync } from 'node:child_process';
import process from 'node:process';

const programs = ['bwrap', 'socat', 'rg'];
const packages = ['bubblewrap', 'socat', 'ripgrep'];
const timeLimitMs = 180_000;
const tries = 2;

/**
 * Only as root on a system with apt: nobody is asked for a password.
 * @param {(line: string) => void} [log]
 * @throws {Error} when they are missing and could not be installed, in CI and wherever installing was tried; with MUSTER_WITHOUT_SANDBOX=1 it is only said
 */
export function ensureSandbox(log = (line) => process.stderr.write(`${line}\n`)) {
  if (process.platform !== 'linux' || missing().length === 0) return;
  const canInstall = process.getuid?.() === 0 && isInstalled('apt-get');
  const said = canInstall ? install(log) : '';
  const names = missing().join(', ');
  if (names === '') return;
  const problem = `The sandbox of commands lacks ${names}${canInstall ? ', and installing failed' : ''}. Install ${packages.join(', ')}, or set MUSTER_WITHOUT_SANDBOX=1 to go on without the tests in the sandbox.`;
  const { CI, MUSTER_WITHOUT_SANDBOX: without } = process.env;
  if (without !== '1' && (canInstall || CI)) throw new Error(`${said}${problem}`);
  log(`${problem} THE TESTS IN THE SANDBOX ARE SKIPPED.`);
}

/**
 * @param {(line: string) => void} log
 * @returns what the last try printed
 */
function install(log) {
  let said = '';
  for (let count = 0; count < tries && missing().length > 0; count++) {
    log(`Installing ${packages.join(', ')} for the sandbox of commands`);
    // A list that could not be renewed may still name what is needed.
    apt('update', '-qq');
    said = apt('install', '-y', '-qq', '--no-install-recommends', ...packages);
  }
  return said;
}

/** @param {string[]} args */
function apt(...args) {
  const { stdout, stderr } = spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    timeout: timeLimitMs,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  return `${stdout ?? ''}${stderr ?? ''}`.slice(-2000);
}

function missing() {
  return programs.filter((each) => !isInstalled(each));
}

/** @param {string} program */
function isInstalled(program) {
  return spawnSync('/bin/sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' }).status === 0;
}
