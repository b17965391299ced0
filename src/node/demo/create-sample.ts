/** Makes a sample workspace to play in: a copy of the bundled files with a short git history. */
import { mkdir, readdir, readFile, realpath, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import { shadowEnvironment } from '../git/git-environment.ts';
import { runGit } from '../git/run-git.ts';
import { type SampleCommit, sampleHistory } from './sample-history.ts';

/**
 * Authors, dates and bytes are fixed, so every sample has the same commits; of the person's own
 * git configuration nothing is read.
 * @param folder is made; it must not exist or be empty
 * @param source the bundled files (`media/sample`)
 * @returns the folder's real path
 * @throws MusterError `bad-input` for a folder that holds something, `git-missing`, `staging`
 */
export async function createSample(
  folder: string,
  source: string,
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  try {
    await mkdir(folder, { recursive: true });
    const root = await realpath(folder);
    await requireEmpty(root);
    await git(root, { args: ['init', '--quiet', '--template=', '--initial-branch=main'], signal });
    for (const commit of sampleHistory) await addCommit({ root, source, commit, signal });
    return root;
  } catch (cause) {
    signal?.throwIfAborted();
    if (isMusterError(cause) && cause.code !== 'staging') throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new MusterError(
      'staging',
      `The sample workspace could not be made in ${folder}: ${reason} No other folder was touched. Remove that folder, check that there is room and that it can be written to, and try again.`,
      { cause },
    );
  }
}

async function requireEmpty(root: string): Promise<void> {
  if ((await readdir(root)).length === 0) return;
  throw new MusterError(
    'bad-input',
    `The sample workspace was not made, because ${root} is not empty. Nothing in it was changed. Choose a new or empty folder.`,
  );
}

type Commit = {
  root: string;
  source: string;
  commit: SampleCommit;
  signal: AbortSignal | undefined;
};

async function addCommit({ root, source, commit, signal }: Commit): Promise<void> {
  for (const file of commit.files) {
    const target = path.join(root, file);
    await mkdir(path.dirname(target), { recursive: true });
    // Not `copyFile`: an installed extension's files may be read-only, and the copies may not.
    await writeFile(target, await readFile(path.join(source, file)));
  }
  await git(root, { args: ['add', '--', ...commit.files], signal });
  const args = ['commit', '--quiet', '--no-verify', '-m', commit.message];
  await git(root, { args, date: commit.date, signal });
}

type SampleGit = { args: readonly string[]; date?: string; signal: AbortSignal | undefined };

async function git(root: string, { args, date, signal }: SampleGit): Promise<void> {
  const environment = shadowEnvironment({
    GIT_AUTHOR_NAME: 'Sample Author',
    GIT_AUTHOR_EMAIL: 'sample@example.com',
    GIT_COMMITTER_NAME: 'Sample Author',
    GIT_COMMITTER_EMAIL: 'sample@example.com',
    ...(date === undefined ? {} : { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }),
  });
  await runGit({ args, cwd: root, environment, signal });
}
