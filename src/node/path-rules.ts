/** Which names and path texts the guard accepts: pure rules that never look at the disk. */
import { foldName } from '../shared/fold-path.ts';

export type Platform = NodeJS.Platform;

/** Why a path was refused; the guard's own rules on what stands on the disk follow after the names. */
export type PathRule =
  | 'malformed'
  | 'git-folder'
  | 'control-character'
  | 'backslash'
  | 'stream'
  | 'reserved-name'
  | 'short-name'
  | 'trailing-dot-or-space'
  | 'wildcard'
  | 'too-long'
  | 'absolute'
  | 'outside'
  | 'root'
  | 'link-outside'
  | 'through-link'
  | 'link-loop'
  | 'special-file'
  | 'hard-link'
  | 'changed-meanwhile';

type NameRule = {
  rule: PathRule;
  /** `portable`: harmless where the name already exists and the platform takes it as it is. */
  kind: 'always' | 'portable' | 'win32';
  breaks(name: string): boolean;
};

/** True for every spelling that some file system takes for `.git`. */
export function isGitName(name: string): boolean {
  const folded = foldName(name.split(/[:\\]/u)[0] ?? '');
  return folded === '.git' || /^git~\d+$/u.test(folded);
}

const reserved = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$/iu;

function isShortName(name: string): boolean {
  const parts = /^([^.]+?)(?:\.([^.]{0,3}))?$/u.exec(name);
  const base = parts?.[1] ?? '';
  return base.length <= 8 && /^[^~]{1,6}~\d{1,6}$/u.test(base);
}

export const nameRules: readonly NameRule[] = [
  {
    rule: 'malformed',
    kind: 'always',
    breaks: (name) => name.includes('\0') || !name.isWellFormed(),
  },
  { rule: 'git-folder', kind: 'always', breaks: isGitName },
  { rule: 'too-long', kind: 'always', breaks: (name) => Buffer.byteLength(name) > 255 },
  {
    rule: 'control-character',
    kind: 'portable',
    breaks: (name) => /\p{Cc}/u.test(name),
  },
  { rule: 'backslash', kind: 'portable', breaks: (name) => name.includes('\\') },
  { rule: 'stream', kind: 'portable', breaks: (name) => name.includes(':') },
  {
    rule: 'reserved-name',
    kind: 'portable',
    breaks: (name) => reserved.test((name.split('.')[0] ?? '').trimEnd()),
  },
  { rule: 'short-name', kind: 'portable', breaks: isShortName },
  // Three dots and more are an ordinary name everywhere.
  {
    rule: 'trailing-dot-or-space',
    kind: 'portable',
    breaks: (name) => /[. ]$/u.test(name) && !/^\.{3,}$/u.test(name),
  },
  { rule: 'wildcard', kind: 'win32', breaks: (name) => /[<>"|?*]/u.test(name) },
];

export type NameOptions = {
  platform: Platform;
  /** True for a name that stands in the workspace already: there a person chose it. */
  existing?: boolean;
};

/** The rule that a name breaks, if any. */
export function brokenNameRule(
  name: string,
  { platform, existing = false }: NameOptions,
  rules: readonly NameRule[] = nameRules,
): PathRule | undefined {
  const windows = platform === 'win32';
  return rules.find(
    ({ kind, breaks }) =>
      (kind === 'always' || windows || (kind === 'portable' && !existing)) && breaks(name),
  )?.rule;
}

export type ParsedPath =
  | { ok: true; components: string[]; fromRoot: boolean }
  | { ok: false; rule: PathRule };

/**
 * A path's text as components, `..` kept for the walk that knows about links. Absolute paths
 * are taken when they lie below one of `roots`, and then say so by `fromRoot`.
 */
export function parsePath(given: string, roots: readonly string[], platform: Platform): ParsedPath {
  if (given.includes('\0') || !given.isWellFormed()) return { ok: false, rule: 'malformed' };
  if (given.length > 4096) return { ok: false, rule: 'too-long' };
  const text = platform === 'win32' ? given.replaceAll('\\', '/') : given;
  const isAbsolute = text.startsWith('/') || (platform === 'win32' && /^[a-z]:/iu.test(text));
  if (!isAbsolute) return { ok: true, components: split(text), fromRoot: false };
  for (const root of roots) {
    const below = belowRoot(text, root, platform);
    if (below !== undefined) return { ok: true, components: split(below), fromRoot: true };
  }
  return { ok: false, rule: 'absolute' };
}

function split(text: string): string[] {
  return text.split('/').filter((name) => name !== '' && name !== '.');
}

function belowRoot(text: string, root: string, platform: Platform): string | undefined {
  const windows = platform === 'win32';
  const base = (windows ? root.replaceAll('\\', '/') : root).replace(/\/+$/u, '');
  const head = text.slice(0, base.length);
  const isSame = windows ? head.toLowerCase() === base.toLowerCase() : head === base;
  const rest = text.slice(base.length);
  return isSame && (rest === '' || rest.startsWith('/')) ? rest : undefined;
}
