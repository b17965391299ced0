/** Finds in a lane what a command must not leave there: repositories, hooks, editor and agent configuration. */
import { lstat, mkdir, opendir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ProtectedKind, protectedPath } from '../../shared/protected-files.ts';
import { inFolder } from '../anchored-folder.ts';
import { isDependencyFolder } from '../ignore-rules.ts';
import { isGitName } from '../path-rules.ts';

/** By path: what it is, and for a repository which one, so that one put in its place is noticed. */
export type Suspicious = ReadonlyMap<string, { kind: ProtectedKind; identity: string }>;

const quarantinedKinds: ReadonlySet<ProtectedKind> = new Set(['git', 'hooks', 'editor', 'agents']);
const maxEntries = 300_000;
const maxDepth = 60;

/** Installed packages are not entered: nothing of them is merged. Links are not followed. */
export async function scanLane(root: string): Promise<Suspicious> {
  const found = new Map<string, { kind: ProtectedKind; identity: string }>();
  let seen = 0;
  const walk = async (folder: string, depth: number): Promise<void> => {
    const names: string[] = [];
    const folders: string[] = [];
    const handle = await opendir(join(root, folder)).catch(() => undefined);
    if (handle === undefined) return;
    for await (const entry of handle) {
      seen += 1;
      if (seen > maxEntries) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      names.push(entry.name);
      if (isGitName(entry.name)) {
        found.set(path, { kind: 'git', identity: await identityOf(join(root, path)) });
      } else if (entry.isDirectory()) {
        if (!isDependencyFolder(entry.name)) folders.push(path);
      } else {
        const kind = protectedPath(path);
        if (kind !== undefined && isQuarantined(kind, path))
          found.set(path, { kind, identity: '' });
      }
    }
    if (folder !== '' && isBareRepository(names)) {
      found.set(folder, { kind: 'git', identity: await identityOf(join(root, folder)) });
      return;
    }
    if (depth < maxDepth) for (const path of folders) await walk(path, depth + 1);
  };
  await walk('', 0);
  return found;
}

/** Attributes and modules of git are ordinary work; they ask at review. */
function isQuarantined(kind: ProtectedKind, path: string): boolean {
  return quarantinedKinds.has(kind) && (kind !== 'git' || path.split('/').some(isGitName));
}

function isBareRepository(names: readonly string[]): boolean {
  return ['HEAD', 'objects', 'refs'].every((name) => names.includes(name));
}

async function identityOf(path: string): Promise<string> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) return '';
  const content = entry.isDirectory() ? '' : `${entry.size} ${entry.mtimeMs}`;
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
