/** Asks the person's git, read-only, which files of a folder count; nothing in its configuration can run. */
import {
  copyFile,
  lstat,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { personEnvironment } from './git-environment.ts';
import { splitNames } from './null-separated.ts';
import { runGit } from './run-git.ts';

/** A repository of the person's: `top` is the work tree's root, above or at the folder asked about. */
export type PersonRepository = { gitDir: string; top: string };

/** As git gives it: names that end in NUL, each once, in an order that stays the same. */
export type RawListing = { bytes: Buffer; unreadable: Listing['unreadable'] };

export type Listing = {
  /** Relative to the folder, with `/`; a nested repository ends in `/` or is a directory. */
  names: string[];
  undecodable: string[];
  unreadable: Array<{ path: string; reason: string }>;
};

/** Of all that a repository's configuration can name, what git could run while it lists files. */
export const nothingRuns = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.sshCommand=false',
  'core.gitProxy=',
  'core.pager=cat',
  'core.askPass=',
  'credential.helper=',
  'diff.external=',
  'submodule.recurse=false',
  'protocol.allow=never',
].flatMap((setting) => ['-c', setting]);

/** The repository that a folder belongs to. Its own walk, since git's would read configuration on the way. */
export async function findRepository(folder: string): Promise<PersonRepository | undefined> {
  let top = folder;
  while (true) {
    const repository = await repositoryAt(top);
    if (repository !== undefined) return repository;
    const parent = path.dirname(top);
    if (parent === top) return undefined;
    top = parent;
  }
}

export async function repositoryAt(top: string): Promise<PersonRepository | undefined> {
  const entry = path.join(top, '.git');
  const stat = await lstat(entry).catch(() => undefined);
  if (stat === undefined) return undefined;
  const gitDir = stat.isFile() ? await linkedGitDir(entry) : await realpath(entry).catch(() => '');
  if (gitDir === '' || !(await isGitDir(gitDir))) return undefined;
  return { gitDir, top };
}

/** Files of `folder` that are tracked, or untracked and not ignored by any of the person's rules. */
export async function listByPersonRules(
  repository: PersonRepository,
  folder: string,
  signal: AbortSignal,
): Promise<RawListing> {
  return list({ ...repository, folder, kinds: ['--cached', '--others', '--deduplicate'], signal });
}

/** The same for a folder without a repository: `emptyGitDir` lends git its rules and no files. */
export async function listWithoutRepository(
  emptyGitDir: string,
  folder: string,
  signal: AbortSignal,
): Promise<RawListing> {
  const index = path.join(emptyGitDir, 'no-index');
  return list({ gitDir: emptyGitDir, top: folder, folder, kinds: ['--others'], index, signal });
}

/** Folders of `folder` that the person's rules ignore as a whole, the outermost of each place. */
export async function listIgnoredFolders(
  repository: PersonRepository | undefined,
  { folder, emptyGitDir }: { folder: string; emptyGitDir: string },
  signal: AbortSignal,
): Promise<string[]> {
  const kinds = ['--others', '--ignored', '--directory'];
  const question =
    repository === undefined
      ? { gitDir: emptyGitDir, top: folder, index: path.join(emptyGitDir, 'no-index') }
      : repository;
  const { bytes } = await list({ ...question, folder, kinds, signal });
  return splitNames(bytes)
    .names.filter((name) => name.endsWith('/'))
    .map((name) => name.slice(0, -1));
}

/** Where linked work trees of one repository keep what they share, `info/exclude` among it. */
export async function commonGitDir(gitDir: string): Promise<string> {
  const common = await readFile(path.join(gitDir, 'commondir'), 'utf8').catch(() => '');
  return common === '' ? gitDir : path.resolve(gitDir, common.trim());
}

async function list(question: {
  gitDir: string;
  top: string;
  folder: string;
  kinds: string[];
  index?: string;
  signal: AbortSignal;
}): Promise<RawListing> {
  const { top, folder, kinds, index, signal } = question;
  const view = await readableGitDir(question.gitDir);
  const { stdout, stderr } = await runGit({
    args: [
      '--no-pager',
      `--git-dir=${view.gitDir}`,
      `--work-tree=${top}`,
      ...nothingRuns,
      'ls-files',
      '-z',
      // To expand a sparse index git would write trees.
      '--sparse',
      ...kinds,
      '--exclude-standard',
    ],
    cwd: folder,
    environment: personEnvironment(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    signal,
  }).finally(view.release);
  return { bytes: stdout, unreadable: unreadableFolders(stderr) };
}

export function namesIn({ bytes, unreadable }: RawListing): Listing {
  return { ...splitNames(bytes), unreadable };
}

/**
 * Of a split index git touches the shared half whenever it reads it. It gets copies of both, in a
 * directory that looks like that of a linked work tree.
 */
async function readableGitDir(
  gitDir: string,
): Promise<{ gitDir: string; release: () => Promise<void> }> {
  const names = await readdir(gitDir).catch(() => []);
  const shared = names.filter((name) => name.startsWith('sharedindex.'));
  if (shared.length === 0) return { gitDir, release: async () => {} };
  const view = await mkdtemp(path.join(tmpdir(), 'muster-index-'));
  const release = () => rm(view, { recursive: true, force: true });
  try {
    for (const name of ['HEAD', 'index', ...shared]) {
      await copyFile(path.join(gitDir, name), path.join(view, name));
    }
    await writeFile(path.join(view, 'commondir'), `${await commonGitDir(gitDir)}\n`);
    return { gitDir: view, release };
  } catch {
    // What cannot be copied git cannot read either, and says so.
    await release();
    return { gitDir, release: async () => {} };
  }
}

/** git passes over a folder that it may not read with no more than a warning. */
export function unreadableFolders(stderr: string): Array<{ path: string; reason: string }> {
  const warning = /^warning: could not open directory '(.*)': (.*)$/gm;
  return [...stderr.matchAll(warning)].map(([, folder = '', reason = '']) => ({
    path: folder,
    reason: `could not be read (${reason})`,
  }));
}

async function linkedGitDir(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const target = /^gitdir: (.+?)\r?\n?$/.exec(text)?.[1];
  if (target === undefined) return '';
  return realpath(path.resolve(path.dirname(file), target)).catch(() => '');
}

async function isGitDir(gitDir: string): Promise<boolean> {
  return lstat(path.join(gitDir, 'HEAD')).then(
    () => true,
    () => false,
  );
}
