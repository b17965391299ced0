/** Finds in a lane what a command must not leave there: repositories, hooks, editor and agent configuration. */
import { lstat, mkdir, opendir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { foldName } from '../../shared/fold-path.ts';
import { type ProtectedKind, protectedPath } from '../../shared/protected-files.ts';
import { inFolder } from '../anchored-folder.ts';
import { isDependencyFolder } from '../ignore-rules.ts';
import { isGitName } from '../path-rules.ts';

/** By path: what it is, and for a repository which one, so that one put in its place is noticed. */
export type Suspicious = ReadonlyMap<string, { kind: ProtectedKind; identity: string }>;

const quarantinedKinds: ReadonlySet<ProtectedKind> = new Set(['git', 'hooks', 'editor', 'agents']);
const foldersAtOnce = 8;
/** Entries that are read at once; the editor gets its turn between them. */
const bufferSize = 512;
const bareParts = ['HEAD', 'objects', 'refs'];

/**
 * Installed packages are not entered: nothing of them is merged. Links are not followed. However
 * much a command leaves, all of it is looked at: a limit would be the place to hide behind.
 */
export async function scanLane(root: string): Promise<Suspicious> {
  const found = new Map<string, { kind: ProtectedKind; identity: string }>();
  const kindOf = rememberingKinds();
  const pending = [''];
  const visit = async (folder: string): Promise<void> => {
    const handle = await opendir(join(root, folder), { bufferSize }).catch(() => undefined);
    if (handle === undefined) return;
    const kindIn = kindOf(folder);
    const below: string[] = [];
    const bare = new Set(bareParts);
    for await (const entry of handle) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      bare.delete(entry.name);
      if (mayBeGit(entry.name) && isGitName(entry.name)) {
        found.set(path, { kind: 'git', identity: await identityOf(join(root, path)) });
      } else if (entry.isDirectory()) {
        if (!isDependencyFolder(entry.name)) below.push(path);
      } else {
        const kind = kindIn(entry.name);
        if (kind !== undefined && isQuarantined(kind, path))
          found.set(path, { kind, identity: '' });
      }
    }
    if (folder !== '' && bare.size === 0) {
      found.set(folder, { kind: 'git', identity: await identityOf(join(root, folder)) });
    } else pending.push(...below);
  };
  while (pending.length > 0) {
    await Promise.all(pending.splice(-foldersAtOnce).map(visit));
  }
  return found;
}

/** Folding each name of a large lane takes longer than reading it; most names are plain letters. */
function mayBeGit(name: string): boolean {
  return /^\.?g|[^\x20-\x7e]/iu.test(name);
}

/** In folders that mean nothing by themselves a name means the same everywhere. */
function rememberingKinds(): (folder: string) => (name: string) => ProtectedKind | undefined {
  const known = new Map<string, ProtectedKind | undefined>();
  const plainKind = (name: string): ProtectedKind | undefined => {
    if (!known.has(name)) known.set(name, protectedPath(name));
    return known.get(name);
  };
  return (folder) => {
    const isPlain =
      protectedPath(`${folder}/-`) === undefined &&
      !folder.split('/').some((name) => foldName(name).startsWith('.'));
    return isPlain ? plainKind : (name) => protectedPath(`${folder}/${name}`);
  };
}

/** Attributes and modules of git are ordinary work; they ask at review. */
function isQuarantined(kind: ProtectedKind, path: string): boolean {
  return quarantinedKinds.has(kind) && (kind !== 'git' || path.split('/').some(isGitName));
}

async function identityOf(path: string): Promise<string> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) return '';
  // The time of change cannot be set back, as that of the last writing can.
  const content = entry.isDirectory() ? '' : `${entry.size} ${entry.mtimeMs} ${entry.ctimeMs}`;
  return `${entry.mode} ${entry.ino} ${content}`;
}

export type Quarantined = { files: Array<{ path: string; kind: ProtectedKind }>; folder: string };

/** Moves what was not there before out of the lane, into a new folder at `folder`. */
export async function quarantineNew(
  root: string,
  before: Suspicious,
  folder: string,
): Promise<Quarantined | undefined> {
  const files: Quarantined['files'] = [];
  for (const [path, { kind, identity }] of await scanLane(root)) {
    const known = before.get(path);
    if (known !== undefined && known.identity === identity) continue;
    await moveOut(root, path, join(folder, path));
    files.push({ path, kind });
  }
  return files.length === 0 ? undefined : { files, folder };
}

async function moveOut(root: string, path: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const parent = dirname(join(root, path));
  const name = path.split('/').at(-1) ?? '';
  // Through the opened folder, so that one exchanged for a link leads nowhere else.
  await inFolder(parent, path, (opened) => rename(opened.entry(name), target));
}
