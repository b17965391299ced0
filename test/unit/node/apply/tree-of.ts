/** All that is in a folder, folders included, with permissions and bytes, for comparing before and after. */
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';

export async function treeOf(root: string, below = ''): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const name of (await readdir(path.join(root, below))).toSorted()) {
    const file = below === '' ? name : `${below}/${name}`;
    const full = path.join(root, file);
    const entry = await lstat(full);
    const permissions = (entry.mode & 0o7777).toString(8);
    if (entry.isSymbolicLink()) tree[file] = `link to ${await readlink(full)}`;
    else if (entry.isDirectory())
      Object.assign(tree, { [file]: `folder ${permissions}` }, await treeOf(root, file));
    else if (!entry.isFile()) tree[file] = 'special';
    else tree[file] = `${permissions} ${(await readFile(full)).toString('latin1')}`;
  }
  return tree;
}
