/** Makes a commit in the shadow repository, by Muster. */
import { shadowEnvironment } from './git-environment.ts';
import type { HistoryRepository } from './history-commands.ts';
import { runGit } from './run-git.ts';

/** Nothing of the person's configuration is asked for a name. */
export async function makeCommit(
  { gitDir, environment }: HistoryRepository,
  { tree, parent, message }: { tree: string; parent: string; message: string },
  { date, signal }: { date?: Date; signal: AbortSignal },
): Promise<string> {
  const at = date === undefined ? undefined : `${Math.floor(date.getTime() / 1000)} +0000`;
  const { stdout } = await runGit({
    args: [`--git-dir=${gitDir}`, 'commit-tree', '-p', parent, '-F', '-', tree],
    cwd: gitDir,
    environment: shadowEnvironment({
      ...environment,
      ...(at === undefined ? {} : { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at }),
    }),
    input: Buffer.from(message.toWellFormed()),
    signal,
  });
  return stdout.toString('latin1').trim();
}
