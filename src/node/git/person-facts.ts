/** What staging has to know of a repository of the person's beside its files: settings and HEAD. */
import { lstat, readFile } from 'node:fs/promises';
import path from 'node:path';
import { personEnvironment } from './git-environment.ts';
import { commonGitDir, nothingRuns, type PersonRepository } from './person-git.ts';
import { runGit } from './run-git.ts';

/** Names in lower case but for what stands between the first and the last dot; the last value counts. */
export type PersonSettings = ReadonlyMap<string, string>;

/** What files of the repository say without a question to git. */
export type PersonFacts = {
  /** Shared by the linked work trees of the repository. */
  commonDir: string;
  objects: string;
  /** The file that lists where a shallow clone's history ends; undefined in a full one. */
  shallowFile: string | undefined;
  /** The commit that is checked out; undefined where there is none yet. */
  head: string | undefined;
};

/** Of a repository, or of the person's own configuration alone when `gitDir` is an empty one. */
export async function personSettings(gitDir: string, signal: AbortSignal): Promise<PersonSettings> {
  const { stdout } = await runGit({
    args: [`--git-dir=${gitDir}`, 'config', '--list', '-z'],
    cwd: gitDir,
    environment: personEnvironment(),
    signal,
  });
  const settings = new Map<string, string>();
  for (const record of stdout.toString('utf8').split('\0')) {
    const end = record.indexOf('\n');
    // A name without a value stands for true.
    if (end === -1) settings.set(record, 'true');
    else settings.set(record.slice(0, end), record.slice(end + 1));
  }
  return settings;
}

export async function personFacts(
  { gitDir }: PersonRepository,
  signal: AbortSignal,
): Promise<PersonFacts> {
  const commonDir = await commonGitDir(gitDir);
  const shallow = path.join(commonDir, 'shallow');
  const [head, isShallow] = await Promise.all([
    headOf({ gitDir, commonDir }, signal),
    isThere(shallow),
  ]);
  return {
    commonDir,
    objects: path.join(commonDir, 'objects'),
    shallowFile: isShallow ? shallow : undefined,
    head,
  };
}

/** Objects have another kind of name than in the shadow repository. */
export function hasOtherObjects(settings: PersonSettings): boolean {
  return (settings.get('extensions.objectformat') ?? 'sha1').toLowerCase() !== 'sha1';
}

/** A clone that fetches contents when they are asked for. */
export function isPartialClone(settings: PersonSettings): boolean {
  return [...settings].some(
    ([name, value]) =>
      name === 'extensions.partialclone' || (name.endsWith('.promisor') && value !== 'false'),
  );
}

/** Where the person keeps a kind of rules for all repositories, e.g. `core.excludesfile` or `ignore`. */
export function personFile(
  settings: PersonSettings,
  { setting, usual }: { setting: string; usual: string },
): string | undefined {
  const { XDG_CONFIG_HOME, HOME } = personEnvironment();
  const given = settings.get(setting);
  if (given !== undefined) {
    if (given === '') return undefined;
    if (!given.startsWith('~/')) return given;
    return HOME ? path.join(HOME, given.slice(2)) : undefined;
  }
  if (XDG_CONFIG_HOME) return path.join(XDG_CONFIG_HOME, 'git', usual);
  return HOME ? path.join(HOME, '.config', 'git', usual) : undefined;
}

/** Files first, a process costs more than the rest of a small snapshot; what they do not tell git does. */
async function headOf(
  { gitDir, commonDir }: { gitDir: string; commonDir: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const head = await firstLine(path.join(gitDir, 'HEAD'));
  if (isCommit(head)) return head;
  const branch = /^ref: (refs\/heads\/[^\0]+)$/.exec(head)?.[1];
  if (branch === undefined || branch.includes('..')) return askForHead(gitDir, signal);
  const loose = await firstLine(path.join(commonDir, branch));
  if (isCommit(loose)) return loose;
  const packed = await readFile(path.join(commonDir, 'packed-refs'), 'utf8').catch(() => '');
  const line = packed.split('\n').find((each) => each.endsWith(` ${branch}`)) ?? '';
  const commit = line.slice(0, line.indexOf(' '));
  return isCommit(commit) ? commit : askForHead(gitDir, signal);
}

function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

async function firstLine(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n', 1)[0] ?? '';
}

async function askForHead(gitDir: string, signal: AbortSignal): Promise<string | undefined> {
  const { code, stdout } = await runGit({
    args: [`--git-dir=${gitDir}`, ...nothingRuns, 'rev-parse', '-q', '--verify', 'HEAD^{commit}'],
    cwd: gitDir,
    environment: personEnvironment(),
    okCodes: [0, 1, 128],
    signal,
  });
  const commit = stdout.toString('latin1').trim();
  return code === 0 && isCommit(commit) ? commit : undefined;
}

function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
