/** The one way from a path that somebody gave to a place on the disk: inside the root, or refused. */
import type { Stats } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { isMissing, notAFolder, notFound } from './file-errors.ts';
import { isDependencyFolder } from './ignore-rules.ts';
import { PathRefusal } from './path-refusal.ts';
import type { Platform } from './path-rules.ts';
import { brokenNameRule, parsePath } from './path-rules.ts';

export type Place = {
  /** As it was asked for, for messages. */
  given: string;
  /** Relative to the root with `/`, links resolved; empty for the root itself. */
  path: string;
  /** The root's real path. */
  root: string;
  /** The real path of the place; nothing in it is a link, except the last name where it was not followed. */
  absolute: string;
  /** The real path of the folder it stands in. */
  parent: string;
  names: string[];
  /** Undefined where nothing stands yet. */
  entry: Stats | undefined;
  /** A package's file, which may have a second name. */
  shared: boolean;
};

export type LocateOptions = {
  /** Stop at a link in the last place instead of going where it leads: one that leads `inside`, or `any`. */
  keepLastLink?: 'inside' | 'any';
  /** No links at all on the way to the last name. */
  noLinks?: boolean;
  /** The names stand in the workspace already, so that they need not be portable. */
  existing?: boolean;
  /**
   * For reading alone: installed packages may have second names, as package managers share them,
   * and may be reached through a link to those of the workspace.
   */
  packages?: boolean;
};

export type PathGuard = {
  /**
   * Walks the path component by component.
   * @throws PathRefusal; MusterError `not-found` when the root, or a folder before a `..`, is missing
   */
  locate(given: string, options?: LocateOptions): Promise<Place>;
};

const maxLinks = 40;

export type GuardOptions = {
  platform?: Platform;
  /** The folder whose installed packages the lane links to; nothing else in it can be reached. */
  workspace?: string;
  /** Folders in it that the lane links to as well, whatever they are called. */
  linkedFrom?: readonly string[];
};

export function createPathGuard(root: string, guarding: GuardOptions = {}): PathGuard {
  const { platform = process.platform, workspace, linkedFrom = [] } = guarding;
  const linked =
    workspace === undefined
      ? []
      : linkedFrom.map((folder) => relative(workspace, folder).replaceAll(sep, '/'));
  return {
    async locate(given, options = {}) {
      const real = await realRoot(root);
      const packages =
        options.packages && workspace !== undefined ? [await realRoot(workspace)] : [];
      const walk = { given, root: real, roots: [real, root], platform, options, packages, linked };
      const place = await walkTo(walk, parse(walk, given).components);
      const isLink = place.entry?.isSymbolicLink() ?? false;
      if (isLink && options.keepLastLink === 'inside') {
        const { existing = false } = options;
        await walkTo({ ...walk, options: { existing } }, place.names);
      }
      return place;
    },
  };
}

type Walk = {
  given: string;
  root: string;
  roots: readonly string[];
  platform: Platform;
  options: LocateOptions;
  /** Roots in which installed packages may be read. */
  packages: readonly string[];
  /** Folders in those that hold packages whatever they are called, relative to them. */
  linked: readonly string[];
  /** The walk has left the lane for one of them. */
  isPackage?: boolean;
};

async function realRoot(root: string): Promise<string> {
  try {
    const real = await realpath(root);
    if ((await stat(real)).isDirectory()) return real;
  } catch (error) {
    throw notFound(root, { cause: error });
  }
  throw notFound(root);
}

function parse(walk: Walk, text: string): { components: string[]; fromRoot: boolean } {
  const parsed = parsePath(text, walk.roots, walk.platform);
  if (!parsed.ok) throw new PathRefusal(walk.given, parsed.rule);
  return parsed;
}

async function walkTo(walk: Walk, components: readonly string[]): Promise<Place> {
  const pending = [...components];
  let names: string[] = [];
  let entry: Stats | undefined = await lstat(walk.root);
  let links = 0;
  for (let name = pending.shift(); name !== undefined; name = pending.shift()) {
    if (name === '..') {
      // Behind a missing folder `..` could come to mean something else once it exists.
      if (entry === undefined) throw notFound(walk.given);
      if (names.length === 0)
        throw new PathRefusal(walk.given, links > 0 ? 'link-outside' : 'outside');
      names.pop();
      entry = await entryAt(join(walk.root, ...names));
      continue;
    }
    checkName(walk, name);
    const path = join(walk.root, ...names, name);
    if (entry !== undefined) {
      if (!entry.isDirectory()) throw notAFolder(walk.given, names);
      entry = await entryAt(path);
    }
    if (entry?.isSymbolicLink() && !(pending.length === 0 && walk.options.keepLastLink)) {
      links += 1;
      if (links > maxLinks) throw new PathRefusal(walk.given, 'link-loop');
      const linked = await linkedPackage(walk, path);
      if (linked !== undefined) {
        const { root } = linked;
        return walkTo({ ...walk, root, roots: [root], packages: [], isPackage: true }, [
          ...linked.names,
          ...pending,
        ]);
      }
      const target = await follow(walk, path);
      if (target.fromRoot) names = [];
      entry = await entryAt(join(walk.root, ...names));
      pending.unshift(...target.components);
      continue;
    }
    names.push(name);
  }
  const shared = walk.options.packages === true && isInPackages(walk, names.slice(0, -1));
  // What a link to a package leads on to is the person's own work, not a package.
  if (walk.isPackage && !shared) throw new PathRefusal(walk.given, 'link-outside');
  checkEntry(walk.given, entry, shared);
  const absolute = join(walk.root, ...names);
  return {
    given: walk.given,
    path: names.join('/'),
    root: walk.root,
    absolute,
    parent: names.length === 0 ? absolute : dirname(absolute),
    names,
    entry,
    shared,
  };
}

function checkName(walk: Walk, name: string): void {
  const existing = walk.options.existing ?? false;
  const rule = brokenNameRule(name, { platform: walk.platform, existing });
  if (rule !== undefined) throw new PathRefusal(walk.given, rule);
}

async function follow(
  walk: Walk,
  path: string,
): Promise<{ components: string[]; fromRoot: boolean }> {
  if (walk.options.noLinks) throw new PathRefusal(walk.given, 'through-link');
  const parsed = parsePath(await readlink(path), walk.roots, walk.platform);
  if (parsed.ok) return parsed;
  throw new PathRefusal(walk.given, parsed.rule === 'absolute' ? 'link-outside' : parsed.rule);
}

/** Where a link leads to a package installed in the workspace, which Muster linked; its own links stay there. */
async function linkedPackage(
  walk: Walk,
  path: string,
): Promise<{ root: string; names: string[] } | undefined> {
  if (walk.packages.length === 0 || walk.options.noLinks) return undefined;
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined) return undefined;
  for (const root of walk.packages) {
    const below = relative(root, target).split(sep);
    const isInside = below[0] !== '..' && target.startsWith(root + sep);
    if (isInside && isInPackages(walk, below)) return { root, names: below };
  }
  return undefined;
}

function isInPackages({ linked }: Walk, names: readonly string[]): boolean {
  const path = `${names.join('/')}/`;
  return names.some(isDependencyFolder) || linked.some((folder) => path.startsWith(`${folder}/`));
}

async function entryAt(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/**
 * What may be read or replaced: files with one name, folders, links that were kept. A second name
 * may stand outside and cannot be found out, so that it is refused for reading as well; but not in
 * a folder of installed packages, where it is the rule. Nothing is ever written through one.
 */
export function checkEntry(given: string, entry: Stats | undefined, shared = false): void {
  if (entry === undefined || entry.isDirectory() || entry.isSymbolicLink()) return;
  if (!entry.isFile()) throw new PathRefusal(given, 'special-file');
  if (entry.nlink > 1 && !shared) throw new PathRefusal(given, 'hard-link');
}
