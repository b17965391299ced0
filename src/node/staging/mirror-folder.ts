/** Mirrors one dependency folder into a lane: copies where they cost nothing, else links to the originals. */
import { constants, type Dirent } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { inBatches } from './in-batches.ts';
import { reachingInStore, reachingPackages } from './own-packages.ts';

export type Mirror = { workspace: string; root: string; from: string; to: string };

type Walk = Mirror & {
  signal: AbortSignal;
  /** Files are copied on write by the file system. */
  clones: boolean;
  /** Every folder is a real one, so that what tools write beside a file stays in the lane. */
  deep: boolean;
  /** Packages that cannot be links, by the names under which they are required. */
  copied: ReadonlySet<string>;
  /** What stands before the names of the folder's entries, e.g. `@app/`. */
  scope: string;
};

/** Folders of a package manager's own that are no caches. */
const managed = new Set(['.pnpm', '.store']);
/** Larger ones are no scripts and no settings. */
const maxRewrittenBytes = 1024 * 1024;

export async function mirrorFolder(mirror: Mirror, signal: AbortSignal): Promise<void> {
  await mkdir(mirror.to, { recursive: true });
  const isVenv = (await kindOf(path.join(mirror.from, 'pyvenv.cfg'))) === 'file';
  const clones = await canClone(mirror);
  const deep = clones || isVenv;
  const copied = deep ? new Set<string>() : await reachingPackages(mirror.from, mirror.workspace);
  await mirrorEntries({ ...mirror, signal, clones, deep, copied, scope: '' });
}

async function mirrorEntries(walk: Walk): Promise<void> {
  const entries = await readdir(walk.from, { withFileTypes: true });
  await inBatches(entries, (entry) => mirrorEntry(walk, entry), walk.signal);
}

async function mirrorEntry(walk: Walk, entry: Dirent): Promise<void> {
  const { name } = entry;
  const from = path.join(walk.from, name);
  const to = path.join(walk.to, name);
  if (entry.isSymbolicLink()) return mirrorLink(walk, from, to);
  if (entry.isFile()) return mirrorFile(walk, from, to);
  if (!entry.isDirectory()) return;
  const inside = { ...walk, from, to };
  const isBin = name === '.bin';
  if (name.startsWith('.') && !isBin && !managed.has(name)) {
    // A cache: the lane gets its own, and an empty one.
    await mkdir(to);
    return;
  }
  if (walk.deep || isBin || name.startsWith('@')) {
    await mkdir(to);
    return mirrorEntries({ ...inside, scope: `${name}/` });
  }
  if (name === '.pnpm') return mirrorStore(inside);
  if (walk.copied.has(`${walk.scope}${name}`)) return copyPackage(inside);
  await symlink(from, to, 'dir');
}

/** A store of pnpm: links in it lead from package to package, so that only those on the way to own sources are copied. */
async function mirrorStore(walk: Walk): Promise<void> {
  await mkdir(walk.to);
  const reaching = await reachingInStore(walk.from, walk.workspace);
  for (const entry of await readdir(walk.from, { withFileTypes: true })) {
    walk.signal.throwIfAborted();
    const { name } = entry;
    const inside = { ...walk, from: path.join(walk.from, name), to: path.join(walk.to, name) };
    const copied = name === 'node_modules' ? new Set<string>() : reaching.get(name);
    if (entry.isFile()) await copyFile(inside.from, inside.to);
    else if (!entry.isDirectory()) continue;
    else if (copied === undefined) await symlink(inside.from, inside.to, 'dir');
    else if (name !== 'node_modules') await copyPackage({ ...inside, copied });
    else {
      await mkdir(inside.to);
      await mirrorEntries({ ...inside, copied, scope: '' });
    }
  }
}

/** Packages that reach the workspace's own sources are copied; see `reachingPackages`. */
async function copyPackage(walk: Walk): Promise<void> {
  await mkdir(walk.to);
  for (const entry of await readdir(walk.from, { withFileTypes: true })) {
    walk.signal.throwIfAborted();
    const from = path.join(walk.from, entry.name);
    const to = path.join(walk.to, entry.name);
    if (entry.isSymbolicLink()) await mirrorLink(walk, from, to);
    else if (entry.isFile()) await copyFile(from, to);
    else if (!entry.isDirectory()) continue;
    else if (entry.name === 'node_modules') {
      await mkdir(to);
      await mirrorEntries({ ...walk, from, to, scope: '' });
    } else await copyPackage({ ...walk, from, to });
  }
}

/** The lane has the shape of the workspace, so a relative link within that stays as it is. */
async function mirrorLink({ workspace, root }: Walk, from: string, to: string): Promise<void> {
  const text = await readlink(from);
  const target = path.resolve(path.dirname(from), text);
  if (!isWithin(target, workspace)) return symlink(target, to);
  await symlink(
    path.isAbsolute(text) ? path.join(root, path.relative(workspace, target)) : text,
    to,
  );
}

async function mirrorFile(walk: Walk, from: string, to: string): Promise<void> {
  const { workspace, root } = walk;
  if (mayNamePaths(from)) {
    const stat = await lstat(from);
    const bytes = stat.size <= maxRewrittenBytes ? await readFile(from) : undefined;
    if (bytes !== undefined && !bytes.includes(0)) {
      const text = bytes.toString('latin1');
      const [old, own] = [latin1(workspace), latin1(root)];
      await writeFile(to, Buffer.from(withRoot(text, old, own), 'latin1'));
      await chmod(to, stat.mode & 0o777);
      return;
    }
  }
  // What a package manager keeps there it writes in place.
  if (path.basename(walk.from) === 'node_modules') await copyFile(from, to);
  else if (walk.clones) await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
  else await symlink(from, to, 'file');
}

/** Scripts with their interpreter, settings of an environment, and paths that an import follows. */
function mayNamePaths(file: string): boolean {
  const name = path.basename(file);
  const folder = path.basename(path.dirname(file));
  return (
    ['bin', 'Scripts', '.bin', 'node_modules'].includes(folder) ||
    name === 'pyvenv.cfg' ||
    name.endsWith('.pth') ||
    name.endsWith('.egg-link') ||
    name.startsWith('__editable__')
  );
}

function withRoot(text: string, workspace: string, root: string): string {
  const escaped = workspace.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  // A folder whose name only begins like the workspace's is another one.
  return text.replace(new RegExp(`${escaped}(?![\\w.-])`, 'g'), () => root);
}

/** One character for each byte, so that text of any encoding comes out as it went in. */
function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

async function canClone({ from, to }: Mirror): Promise<boolean> {
  const files = await readdir(from, { withFileTypes: true, recursive: false });
  const sample = files.find((entry) => entry.isFile());
  if (sample === undefined) return false;
  const probe = path.join(to, '.clone-probe');
  try {
    await copyFile(path.join(from, sample.name), probe, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  } finally {
    await rm(probe, { force: true });
  }
}

async function kindOf(file: string): Promise<'file' | 'link' | 'other'> {
  const stat = await lstat(file).catch(() => undefined);
  if (stat?.isFile()) return 'file';
  return stat?.isSymbolicLink() ? 'link' : 'other';
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(`${outer}${path.sep}`);
}
