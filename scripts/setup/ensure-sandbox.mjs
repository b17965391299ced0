// Installs what the sandbox of commands needs, where this machine lets it; without it the tests in the sandbox are skipped and say so.

import { spawnSync } from 'node:child_process';
import process from 'node:process';

const programs = ['bwrap', 'socat', 'rg'];
const packages = ['bubblewrap', 'socat', 'ripgrep'];
const timeLimitMs = 180_000;

/**
 * Only as root on a system with apt: nobody is asked for a password.
 * @param {(line: string) => void} [log]
 */
export function ensureSandbox(log = (line) => process.stderr.write(`${line}\n`)) {
  if (process.platform !== 'linux' || programs.every(isInstalled)) return;
  const missing = programs.filter((each) => !isInstalled(each)).join(', ');
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) {
    log(
      `The sandbox lacks ${missing}: its tests are skipped. Install ${packages.join(', ')} to run them.`,
    );
    return;
  }
  log(`Installing ${packages.join(', ')} for the sandbox of commands`);
  for (const args of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
  ]) {
    const { status } = spawnSync('apt-get', args, {
      stdio: 'ignore',
      timeout: timeLimitMs,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (status !== 0) {
      log('They could not be installed: the tests in the sandbox are skipped.');
      return;
    }
  }
}

/** @param {string} program */
function isInstalled(program) {
  return spawnSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' }).status === 0;
}
