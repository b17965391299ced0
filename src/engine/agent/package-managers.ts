/** Which package manager a folder of the lane uses, told by its lock file, and the command line for what is asked. */
import { MusterError } from '../../shared/muster-error.ts';
import type { Files } from '../lane-ports.ts';

export type PackageManager = 'npm' | 'pnpm' | 'yarn-classic' | 'yarn' | 'bun';
export type PackageAction = 'install' | 'add' | 'add_dev' | 'remove' | 'update';

const lockFiles = [
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
] as const;

/**
 * The nearest folder that says, from `folder` up to the lane's root.
 * @throws MusterError `bad-input` where nothing says which, or lock files of two managers do
 */
export async function detectManager(files: Files, folder: string): Promise<PackageManager> {
  await requireManifest(files, folder);
  for (const at of upward(folder)) {
    const locks = [];
    for (const [name, manager] of lockFiles) {
      if (await files.exists(within(at, name))) locks.push({ name, manager });
    }
    const declared = await declaredManager(files, at);
    const managers = [...new Set(locks.map((lock) => lock.manager))];
    if (declared === undefined && managers.length > 1) {
      throw severalLocks(locks.map((lock) => within(at, lock.name)));
    }
    const found = declared ?? managers[0];
    if (found !== undefined) return found === 'yarn' ? yarnOf(files, at) : found;
  }
  return 'npm';
}

/** A line in which nothing is open to the shell: names were checked, and quoted where they need it. */
export function packageCommand(
  manager: PackageManager,
  {
    action,
    packages,
    folder,
  }: { action: PackageAction; packages: readonly string[]; folder: string },
): string {
  const words = [...commandWords(manager, action), ...packages.map(quoted)];
  const line = words.join(' ');
  return folder === '.' ? line : `cd ${quoted(folder)} && ${line}`;
}

/** Scripts of packages never run: what needs one is built by a command of its own, which the person sees. */
function commandWords(manager: PackageManager, action: PackageAction): string[] {
  const development = action === 'add_dev';
  switch (manager) {
    case 'npm': {
      const verb = {
        install: 'install',
        add: 'install',
        add_dev: 'install',
        remove: 'uninstall',
        update: 'update',
      };
      const dev = development ? ['--save-dev'] : [];
      return ['npm', verb[action], '--ignore-scripts', '--no-audit', '--no-fund', ...dev];
    }
    case 'pnpm': {
      const verb = {
        install: 'install',
        add: 'add',
        add_dev: 'add',
        remove: 'remove',
        update: 'update',
      };
      const more = {
        install: ['--no-frozen-lockfile'],
        add: ['--ignore-workspace-root-check'],
        add_dev: ['--ignore-workspace-root-check', '--save-dev'],
        remove: [],
        update: [],
      };
      const scripts = action === 'remove' ? [] : ['--ignore-scripts'];
      return ['pnpm', verb[action], ...scripts, ...more[action]];
    }
    case 'yarn-classic': {
      const verb = {
        install: 'install',
        add: 'add',
        add_dev: 'add',
        remove: 'remove',
        update: 'upgrade',
      };
      const root = action === 'add' || development ? ['--ignore-workspace-root-check'] : [];
      const dev = development ? ['--dev'] : [];
      return ['yarn', verb[action], '--ignore-scripts', '--non-interactive', ...root, ...dev];
    }
    case 'yarn': {
      const verb = {
        install: 'install',
        add: 'add',
        add_dev: 'add',
        remove: 'remove',
        update: 'up',
      };
      const more = action === 'install' ? ['--no-immutable'] : development ? ['--dev'] : [];
      return ['yarn', verb[action], '--mode=skip-build', ...more];
    }
    case 'bun': {
      const verb = {
        install: 'install',
        add: 'add',
        add_dev: 'add',
        remove: 'remove',
        update: 'update',
      };
      return ['bun', verb[action], '--ignore-scripts', ...(development ? ['--dev'] : [])];
    }
  }
}

async function requireManifest(files: Files, folder: string): Promise<void> {
  if (await files.exists(within(folder, 'package.json'))) return;
  throw new MusterError(
    'bad-input',
    `There is no package.json in ${folder === '.' ? 'the workspace folder' : JSON.stringify(folder)}. manage_packages knows npm, pnpm, yarn and bun; give the folder of a package, or use run_command for another package manager (pip, cargo, go, …).`,
  );
}

/** `"packageManager": "pnpm@9.1.0"` says it before any lock file. */
async function declaredManager(
  files: Files,
  folder: string,
): Promise<'npm' | 'pnpm' | 'yarn' | 'bun' | undefined> {
  const name = within(folder, 'package.json');
  if (!(await files.exists(name))) return undefined;
  const text = new TextDecoder().decode(await files.read(name));
  // A manifest that is no JSON is the package manager's to complain about.
  const said = /"packageManager"\s*:\s*"(npm|pnpm|yarn|bun)@/.exec(text)?.[1];
  return said === undefined ? undefined : (said as 'npm' | 'pnpm' | 'yarn' | 'bun');
}

/** The second generation writes another format, and takes other flags. */
async function yarnOf(files: Files, folder: string): Promise<PackageManager> {
  if (await files.exists(within(folder, '.yarnrc.yml'))) return 'yarn';
  const lock = within(folder, 'yarn.lock');
  if (!(await files.exists(lock))) return 'yarn';
  const text = new TextDecoder().decode((await files.read(lock)).subarray(0, 4096));
  return text.includes('__metadata:') ? 'yarn' : 'yarn-classic';
}

function upward(folder: string): string[] {
  if (folder === '.') return ['.'];
  const parts = folder.split('/');
  return [...parts.map((_, at) => parts.slice(0, parts.length - at).join('/')), '.'];
}

function within(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

function quoted(word: string): string {
  return /^[\w@./+-]+$/.test(word) ? word : `'${word}'`;
}

function severalLocks(names: readonly string[]): MusterError {
  return new MusterError(
    'bad-input',
    `There are lock files of several package managers: ${names.join(', ')}. Nothing was run. Delete those that do not count, or name the manager in package.json's "packageManager".`,
  );
}
