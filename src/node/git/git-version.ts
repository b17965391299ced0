/** Whether the git of this machine can do what staging needs. */
import { type SimpleGitOptions, simpleGit } from 'simple-git';
import { MusterError } from '../../shared/muster-error.ts';
import { shadowEnvironment } from './git-environment.ts';

/** The first with `merge-tree --write-tree` and `cat-file -z`. */
const oldest = { major: 2, minor: 38 };

/** @throws MusterError `git-missing` with what to install */
export async function requireGit(): Promise<void> {
  const environment = shadowEnvironment();
  const options: Partial<SimpleGitOptions> = {
    allowEnvironment: Object.keys(environment),
    unsafe: { allowUnsafeConfigPaths: true },
  };
  const version = await simpleGit(options).env(environment).version();
  if (!version.installed) throw gitMissing();
  if (!isRecentEnough(version)) throw gitTooOld(`${version.major}.${version.minor}`);
}

export function isRecentEnough(version: { major: number; minor: number }): boolean {
  if (version.major !== oldest.major) return version.major > oldest.major;
  return version.minor >= oldest.minor;
}

export function gitMissing(cause?: unknown): MusterError {
  return new MusterError(
    'git-missing',
    `Muster stages work with git, and no git was found on this machine. Nothing was started. Install git ${oldest.major}.${oldest.minor} or newer (git-scm.com/downloads, or your package manager's "git") and try again.`,
    { cause },
  );
}

export function gitTooOld(found: string): MusterError {
  return new MusterError(
    'git-missing',
    `Muster stages work with git ${oldest.major}.${oldest.minor} or newer, and this machine has ${found}. Nothing was started. Update git (git-scm.com/downloads, or your package manager's "git") and try again.`,
  );
}
