/** Whether git is there and new enough. */
import { tmpdir } from 'node:os';
import { isMusterError } from '../../shared/muster-error.ts';
import { shadowEnvironment } from '../git/git-environment.ts';
import { requireGit } from '../git/git-version.ts';
import { runGit } from '../git/run-git.ts';
import type { Check } from './check.ts';

export const gitCheck: Check = {
  title: 'git',
  async run(signal) {
    try {
      await requireGit();
      const call = { args: ['version'], cwd: tmpdir(), environment: shadowEnvironment(), signal };
      const { stdout } = await runGit(call);
      return { state: 'works', lines: [`${stdout.toString('utf8').trim()}.`] };
    } catch (error) {
      if (!isMusterError(error)) throw error;
      return { state: 'missing', lines: [error.userMessage] };
    }
  },
};
