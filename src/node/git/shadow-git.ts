/** The shadow repository as an adapter over git: made once, then driven with explicit paths. */

import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type SimpleGitOptions, simpleGit } from 'simple-git';
import { type Environment, shadowEnvironment } from './git-environment.ts';
import { requireGit } from './git-version.ts';
import { type GitOutput, gitFailed, runGit } from './run-git.ts';

/** Every sub-command that runs in the shadow repository. */
type Subcommand =
  | 'blame'
  | 'cat-file'
  | 'commit-tree'
  | 'diff-files'
  | 'diff-tree'
  | 'hash-object'
  | 'log'
  | 'ls-files'
  | 'ls-tree'
  | 'merge-tree'
  | 'mktree'
  | 'pack-objects'
  | 'prune'
  | 'read-tree'
  | 'repack'
  | 'rev-list'
  | 'rev-parse'
  | 'update-ref'
  | 'update-index'
  | 'write-tree';

export type ShadowArgs = readonly [Subcommand, ...string[]];

type ShadowPlace = {
  workTree?: string;
  /** The index file; required by whatever reads or writes an index. */
  index?: string;
  /** A file of ignore rules that count below those of the work tree. */
  excludes?: string;
  /**
   * How contents of the work tree are stored. `packed` puts them into one pack by lowering the
   * size from which git streams a file into one (5,000 files: 0.6 s instead of 5 s).
   */
  blobs?: 'packed' | 'loose';
  /** Processes that write files of the work tree. */
  workers?: number;
  /** Written without waiting for the disk; `syncObjects` makes up for it. */
  unsynced?: boolean;
  /** As if nothing were borrowed. */
  ownObjects?: boolean;
  /** The person's history stands behind the snapshot; otherwise it ends there. */
  history?: History;
};

/** `shallowFile` says where the person's own history ends, if it is a shallow clone's. */
export type History = { objects: string; shallowFile: string | undefined };

export type ShadowGit = {
  readonly gitDir: string;
  /** It was made just now, so that nothing remembered of an earlier one holds. */
  readonly isNew: boolean;
  /** Rejects when the git of this machine cannot do what lanes and merges need; it is asked once. */
  check(): Promise<void>;
  /** The person's objects, as long as a snapshot stands on them. */
  borrowed: string | undefined;
  /** Bytes in, bytes out: names with `-z`, contents, standard input. */
  bytes(
    args: ShadowArgs,
    options: ShadowPlace & {
      input?: Uint8Array;
      okCodes?: readonly number[];
      signal?: AbortSignal;
    },
  ): Promise<GitOutput>;
  /** Commands whose arguments and answers are plain words; the answer is trimmed. */
  words(args: ShadowArgs, options: ShadowPlace & { signal?: AbortSignal }): Promise<string>;
};

/**
 * Opens the shadow repository, and makes it where it does not exist yet.
 * @throws MusterError `git-missing`, `staging`
 */
export async function openShadowGit(gitDir: string): Promise<ShadowGit> {
  let checked: Promise<void> | undefined;
  const check = () => {
    checked ??= requireGit();
    return checked;
  };
  const isNew = !(await exists(path.join(gitDir, 'HEAD')));
  if (isNew) {
    await check();
    await makeShadowRepository(gitDir);
  }
  const shadow: ShadowGit = {
    gitDir,
    isNew,
    check,
    borrowed: undefined,
    bytes: (args, { input, okCodes, signal, ...place }) =>
      runGit({
        args: [...globalArgs(gitDir, place), ...args],
        cwd: place.workTree ?? gitDir,
        environment: environmentFor(shadow, place),
        input,
        okCodes,
        signal,
      }),
    words: (args, { signal, ...place }) => runWords(shadow, args, place, signal),
  };
  return shadow;
}

async function runWords(
  shadow: ShadowGit,
  args: ShadowArgs,
  place: ShadowPlace,
  signal: AbortSignal | undefined,
): Promise<string> {
  signal?.throwIfAborted();
  const { gitDir } = shadow;
  const environment = environmentFor(shadow, place);
  const options: Partial<SimpleGitOptions> = {
    baseDir: place.workTree ?? gitDir,
    trimmed: true,
    allowEnvironment: Object.keys(environment),
    unsafe: { allowUnsafeConfigPaths: true, allowUnsafeTemplateDir: true },
    ...(signal === undefined ? {} : { abort: signal }),
  };
  try {
    return await simpleGit(options)
      .env(environment)
      .raw([...globalArgs(gitDir, place), ...args]);
  } catch (error) {
    signal?.throwIfAborted();
    throw gitFailed({ args }, error instanceof Error ? error.message : String(error));
  }
}

function globalArgs(gitDir: string, place: ShadowPlace): string[] {
  return [
    `--git-dir=${gitDir}`,
    ...(place.workTree === undefined ? [] : [`--work-tree=${place.workTree}`]),
    ...(place.excludes === undefined ? [] : ['-c', `core.excludesFile=${place.excludes}`]),
    // Git 2.39 fails when blobs synced in a batch and blobs in a pack are mixed in one command.
    ...(place.blobs === 'packed' ? ['-c', 'core.fsyncMethod=fsync'] : []),
    ...(place.blobs === 'packed' ? ['-c', 'core.bigFileThreshold=1'] : []),
    ...(place.unsynced ? ['-c', 'core.fsync=none'] : []),
    ...(place.workers === undefined ? [] : ['-c', `checkout.workers=${place.workers}`]),
  ];
}

function environmentFor(shadow: ShadowGit, place: ShadowPlace): Environment {
  const { index, history, ownObjects } = place;
  return shadowEnvironment({
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    ...(ownObjects ? {} : historyEnvironment(shadow, history)),
  });
}

/** What git must be told to find what the shadow repository does not hold itself. */
export function historyEnvironment(
  { borrowed }: Pick<ShadowGit, 'borrowed'>,
  history: History | undefined,
): Environment {
  const objects = history?.objects ?? borrowed;
  return {
    ...(objects === undefined ? {} : { GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(objects) }),
    ...(history === undefined ? {} : { GIT_SHALLOW_FILE: history.shallowFile ?? '' }),
  };
}

/** The variable is a list, and a path may hold its separator. */
function quoted(file: string): string {
  return `"${file.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Made beside its place and renamed, so that two processes cannot see a half-made one. */
async function makeShadowRepository(gitDir: string): Promise<void> {
  const parent = path.dirname(gitDir);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const draft = path.join(parent, `.shadow-${randomUUID()}`);
  try {
    await runGit({
      args: ['init', '--quiet', '--bare', '--template=', '--object-format=sha1', draft],
      cwd: parent,
      environment: shadowEnvironment(),
    });
    // git's own init has found out what this file system can do (core.fileMode, core.symlinks, …).
    const probed = await readFile(path.join(draft, 'config'), 'utf8');
    await mkdir(path.join(draft, 'info'), { recursive: true });
    await mkdir(path.join(draft, 'no-hooks'));
    await writeFile(path.join(draft, 'info', 'attributes'), attributes);
    await writeFile(path.join(draft, 'config'), `${probed.trimEnd()}\n${configuration(gitDir)}`);
    await rename(draft, gitDir).catch(async (error: unknown) => {
      if (!(await exists(path.join(gitDir, 'HEAD')))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** The highest word on attributes: bytes in, the same bytes out, and no driver of a repository's choice. */
const attributes =
  '* -text !eol -filter -ident -working-tree-encoding !diff !merge !conflict-marker-size !whitespace\n';

function configuration(gitDir: string): string {
  const noHooks = path.join(gitDir, 'no-hooks').replaceAll('\\', '/');
  return `[core]
\thooksPath = "${noHooks.replaceAll('"', '\\"')}"
\tfsmonitor = false
\tuntrackedCache = false
\tsplitIndex = false
\tautocrlf = false
\tsafecrlf = false
\tattributesFile = /dev/null
\texcludesFile = /dev/null
\tprotectHFS = true
\tprotectNTFS = true
\tquotePath = false
\tlooseCompression = 1
\tlongpaths = true
\tfsync = objects
\tfsyncMethod = batch
[gc]
\tauto = 0
[maintenance]
\tauto = false
[index]
\tsparse = false
[merge]
\tdirectoryRenames = false
[advice]
\tdetachedHead = false
`;
}

async function exists(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    () => false,
  );
}
