/** What staging has to know of a repository of the person's beside its files: settings and HEAD. */
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { personEnvironment } from './git-environment.ts';
import { commonGitDir, nothingRuns, type PersonRepository } from './person-git.ts';
import { runGit } from './run-git.ts';

/** Names in lower case but for what stands between the first and the last dot; the last value counts. */
export type PersonSettings = ReadonlyMap<string, string>;

export type PersonFacts = {
  settings: PersonSettings;
  /** Shared by the linked work trees of the repository. */
  commonDir: string;
  objects: string;
  /** Objects have another kind of name than in the shadow repository. */
  otherObjectFormat: boolean;
  /** A clone without part of its history or contents. */
  partial: boolean;
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
  const [settings, head, isShallow] = await Promise.all([
    personSettings(gitDir, signal),
    headOf(gitDir, signal),
    isThere(shallow),
  ]);
  const format = settings.get('extensions.objectformat') ?? 'sha1';
  const promises = [...settings].some(
    ([name, value]) =>
      name === 'extensions.partialclone' || (name.endsWith('.promisor') && value !== 'false'),
  );
  return {
    settings,
    commonDir,
    objects: path.join(commonDir, 'objects'),
    otherObjectFormat: format.toLowerCase() !== 'sha1',
    partial: promises || isShallow,
    shallowFile: isShallow ? shallow : undefined,
    head,
  };
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

async function headOf(gitDir: string, signal: AbortSignal): Promise<string | undefined> {
  const { code, stdout } = await runGit({
    args: [`--git-dir=${gitDir}`, ...nothingRuns, 'rev-parse', '-q', '--verify', 'HEAD^{commit}'],
    cwd: gitDir,
    environment: personEnvironment(),
    okCodes: [0, 1, 128],
    signal,
  });
  const commit = stdout.toString('latin1').trim();
  return code === 0 && /^[0-9a-f]+$/.test(commit) ? commit : undefined;
}

function isThere(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
