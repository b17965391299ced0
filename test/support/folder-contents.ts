/** What a folder holds, in a form that tests compare: bytes, link targets, modes and, if asked, times. */
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';

/** Path with `/` to `file` or `exec` and the bytes in hexadecimal, or `link` and its target. */
export async function contentsOf(root: string): Promise<Record<string, string>> {
  const contents: Record<string, string> = {};
  for (const file of await filesBelow(root, '')) {
    const full = path.join(root, file);
    const stat = await lstat(full);
    if (stat.isSymbolicLink()) contents[file] = `link ${await readlink(full)}`;
    else if (stat.isFile()) {
      const kind = (stat.mode & 0o100) === 0 ? 'file' : 'exec';
      contents[file] = `${kind} ${(await readFile(full)).toString('hex')}`;
    } else contents[file] = 'other';
  }
  return contents;
}

/** The same with owner, mode and time of change of everything, folders included: any write shows. */
export async function fingerprintOf(root: string): Promise<Record<string, string>> {
  const prints: Record<string, string> = await contentsOf(root);
  for (const name of await everythingBelow(root, '')) {
    const stat = await lstat(path.join(root, name), { bigint: true });
    prints[`${name} (status)`] = `${stat.mode} ${stat.ino} ${stat.mtimeNs} ${stat.ctimeNs}`;
  }
  return prints;
}

async function filesBelow(root: string, below: string): Promise<string[]> {
  const all = await everythingBelow(root, below);
  const kinds = await Promise.all(
    all.map(async (name) => (await lstat(path.join(root, name))).isDirectory()),
  );
  return all.filter((_, position) => !kinds[position]);
}

async function everythingBelow(root: string, below: string): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(path.join(root, below), { withFileTypes: true });
  for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    found.push(name);
    if (entry.isDirectory()) found.push(...(await everythingBelow(root, name)));
  }
  return found;
}
