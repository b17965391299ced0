/** Which files need a yes of their own at review, and why: the same list for review, apply and the scan of lanes. */
import * as z from 'zod';
import { foldPath } from './fold-path.ts';

/** What would act on the file, and so what a person has to think about. */
export const ProtectedKind = z.enum([
  'git',
  'hooks',
  'editor',
  'agents',
  'shell',
  'packages',
  'container',
  'pipeline',
  'scripts',
]);
export type ProtectedKind = z.infer<typeof ProtectedKind>;

export const protectionWords: Record<ProtectedKind, string> = {
  git: 'git reads it and may run what it names',
  hooks: 'git hooks run it',
  editor: 'editors read it and may run what it names as soon as the folder is opened',
  agents: 'other agents and MCP clients read it and do what it says',
  shell: 'shells and tools load it when somebody enters the folder',
  packages: 'package managers read it and may run what it names or fetch from where it says',
  container: 'it sets up the development container, on the machine itself too',
  pipeline: 'the build service runs it, with its secrets',
  scripts: 'what it makes package managers and hooks run has changed',
};

type Names = {
  kind: ProtectedKind;
  /** Everything in folders of these names, at any depth. */
  folders?: readonly string[];
  /** Files of these names, at any depth. */
  files?: readonly string[];
  /** What is no plain name; tested on the whole folded path. */
  like?: RegExp;
};

/** All in lower case, as paths are compared after folding. */
export const protectedNames: readonly Names[] = [
  {
    kind: 'git',
    folders: ['.git'],
    files: ['.gitmodules', '.gitattributes', '.gitconfig', '.lfsconfig'],
    like: /(?:^|\/)git~\d+(?:\/|$)/u,
  },
  {
    kind: 'hooks',
    folders: ['.husky', '.githooks', 'githooks', '.git-hooks', '.lefthook', '.lefthook-local'],
    files: ['.overcommit.yml', 'captainhook.json', '.pre-commit-hooks.yaml'],
    like: /(?:^|\/)(?:\.huskyrc|\.?lefthook(?:-local)?|\.pre-commit-config|\.?simple-git-hooks|\.lintstagedrc|lint-staged\.config)(?:\.[a-z]+)?$/u,
  },
  {
    kind: 'editor',
    folders: ['.vscode', '.idea', '.fleet', '.zed', '.vs'],
    files: ['.exrc', '.vimrc', '.nvimrc', '.nvim.lua', '.dir-locals.el', '.dir-locals-2.el'],
    like: /\.(?:code-workspace|sublime-project)$/u,
  },
  {
    kind: 'agents',
    folders: [
      ...['.claude', '.cursor', '.codex', '.gemini', '.roo', '.cline', '.clinerules', '.continue'],
      ...['.windsurf', '.kiro', '.amazonq', '.opencode', '.agent', '.agents', '.qwen', '.junie'],
      ...['.goose', '.trae', '.augment', '.kilocode', '.muster'],
    ],
    files: [
      ...['.mcp.json', 'mcp.json', 'agents.md', 'agent.md', 'agents.override.md', 'claude.md'],
      ...['claude.local.md', 'gemini.md', 'qwen.md', '.cursorrules', '.windsurfrules'],
      ...['.clinerules', '.roomodes', '.goosehints', 'opencode.json', 'opencode.jsonc'],
      ...['.aider.conf.yml', '.claude.json'],
    ],
    like: /(?:^|\/)\.github\/(?:copilot-instructions\.md$|(?:instructions|prompts|chatmodes|agents|hooks|skills)\/)|(?:^|\/)\.roorules[a-z-]*$/u,
  },
  {
    kind: 'shell',
    folders: ['.mise', '.hg', '.jj', '.svn', '.direnv'],
    files: [
      ...['.envrc', '.bashrc', '.bash_profile', '.bash_login', '.bash_aliases', '.profile'],
      ...['.zshrc', '.zshenv', '.zprofile', '.zlogin', '.kshrc', '.cshrc', '.tcshrc', '.inputrc'],
      ...['.ripgreprc', '.gdbinit', '.lldbinit', '.psqlrc', '.sqliterc', '.autoenv'],
      ...['.rvmrc', '.tool-versions'],
    ],
    like: /(?:^|\/)\.?mise(?:\.[a-z]+)*\.toml$/u,
  },
  {
    kind: 'packages',
    folders: ['.cargo', '.bundle', '.mvn'],
    files: [
      ...['.npmrc', '.yarnrc', '.yarnrc.yml', '.yarnrc.yaml', '.pnpmfile.cjs', '.pnpmfile.mjs'],
      ...['pnpmfile.js', 'bunfig.toml', 'pip.conf', '.pypirc', '.condarc', 'nuget.config'],
      ...['sitecustomize.py', 'usercustomize.py', '.netrc', '_netrc', '.curlrc', '.wgetrc'],
      ...['gradle-wrapper.properties', 'maven-wrapper.properties', 'pnpm-workspace.yaml'],
      ...['.pnp.cjs', '.pnp.loader.mjs', 'package.json5', 'package.yaml'],
      ...['directory.build.props', 'directory.build.targets'],
    ],
    like: /(?:^|\/)\.yarn\/(?:releases|plugins)\//u,
  },
  {
    kind: 'container',
    folders: ['.devcontainer', '.idx'],
    files: ['.devcontainer.json', 'devfile.yaml', '.devfile.yaml', '.gitpod.yml', '.replit'],
  },
  {
    kind: 'pipeline',
    folders: ['.circleci', '.buildkite', '.woodpecker', '.tekton', '.semaphore', '.teamcity'],
    files: ['azure-pipelines.yml', 'bitbucket-pipelines.yml', 'cloudbuild.yaml', 'buildspec.yml'],
    like: /(?:^|\/)(?:\.(?:github|gitea|forgejo)\/(?:workflows|actions)\/|(?:[^/]*\.)?gitlab-ci\.ya?ml$|jenkinsfile[^/]*$|azure-pipelines[^/]*\.ya?ml$|(?:\.travis|\.drone|\.woodpecker|\.?appveyor|\.cirrus)\.ya?ml$)/u,
  },
];

/** The kind that a path alone makes a file protected by. */
export function protectedPath(
  path: string,
  list: readonly Names[] = protectedNames,
): ProtectedKind | undefined {
  const folded = foldPath(path);
  const names = folded.split('/');
  const file = names.at(-1) ?? '';
  return list.find(
    ({ folders = [], files = [], like }) =>
      names.some((name) => folders.includes(name)) || files.includes(file) || like?.test(folded),
  )?.kind;
}

/** Modes as git has them; absent where nothing is known or the file is not there. */
export type ChangedBytes = {
  path: string;
  before?: Uint8Array;
  after?: Uint8Array;
  beforeMode?: string;
  afterMode?: string;
};

/** What the change of a file needs a yes of its own for; a manifest only where what it makes run changed. */
export function protectionOf(change: ChangedBytes): ProtectedKind | undefined {
  const { path, before, after } = change;
  const byPath = protectedPath(path);
  if (byPath !== undefined) return byPath;
  if (!isManifest(path)) return undefined;
  // The bytes of a link are the name of a file, which may make anything run.
  if (change.beforeMode === link || change.afterMode === link) return 'scripts';
  return runsOf(before) === runsOf(after) ? undefined : 'scripts';
}

/** True where only the contents tell whether the change is protected. */
export function isManifest(path: string): boolean {
  const name = foldPath(path).split('/').at(-1);
  return (
    name === 'package.json' ||
    name === 'composer.json' ||
    name === 'deno.json' ||
    name === 'deno.jsonc'
  );
}

const link = '120000';

// Hook managers keep their hooks in the manifest under keys of their own.
const runningKeys = [
  ...['scripts', 'tasks', 'husky', 'simple-git-hooks', 'lint-staged', 'pre-commit', 'gitHooks'],
  ...['lefthook', 'packageManager', 'pnpm', 'trustedDependencies', 'dependenciesMeta', 'wireit'],
];

/** What a manifest makes others run, as one text; a manifest that cannot be read is like no other. */
function runsOf(bytes: Uint8Array | undefined): string {
  if (bytes === undefined) return '{}';
  let manifest: unknown;
  try {
    manifest = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return `unreadable: ${new TextDecoder('latin1').decode(bytes)}`;
  }
  if (typeof manifest !== 'object' || manifest === null) return '{}';
  const all = new Map<string, unknown>(Object.entries(manifest));
  const runs = runningKeys.flatMap((key) => (all.has(key) ? [[key, all.get(key)] as const] : []));
  return JSON.stringify(Object.fromEntries(runs));
}
