/** Which installed packages reach sources of the workspace itself, at first hand or through others. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';

const Names = z.record(z.string(), z.unknown()).optional().catch(undefined);
const Manifest = z.object({
  dependencies: Names,
  peerDependencies: Names,
  optionalDependencies: Names,
});

/**
 * A module that is reached through a link is loaded from where the link leads, and what it asks for
 * is looked for there: such packages have to be copies.
 * @returns names as they are required, e.g. `@scope/name`; links are not among them
 */
export async function reachingPackages(modules: string, workspace: string): Promise<Set<string>> {
  const { links, folders } = await packagesIn(modules);
  const own = new Set<string>();
  for (const name of links) if (await leadsInto(path.join(modules, name), workspace)) own.add(name);
  const needs = new Map<string, string[]>();
  for (const name of folders) {
    const nested = path.join(modules, name, 'node_modules');
    const below = await packagesIn(nested);
    const back = await Promise.all(
      below.links.map((each) => leadsInto(path.join(nested, each), workspace)),
    );
    // A mark of its own: it reaches the workspace whatever its manifest says.
    const marks = back.includes(true) ? [workspace] : [];
    const isAsked = own.size > 0 || marks.length > 0;
    needs.set(name, [...marks, ...(isAsked ? await namesNeeded(path.join(modules, name)) : [])]);
  }
  const reached = closure(needs, [...own, workspace]);
  return new Set(folders.filter((name) => reached.has(name)));
}

/**
 * The same of a store of pnpm, where each package has a folder of its own and finds what it asks for
 * by links beside it.
 * @returns by the folder's name the packages in it, e.g. `plugin@1.0.0_lib` to `plugin`
 */
export async function reachingInStore(
  store: string,
  workspace: string,
): Promise<Map<string, Set<string>>> {
  const packages = new Map<string, Set<string>>();
  const needs = new Map<string, string[]>();
  for (const folder of (await packagesIn(store)).folders) {
    const modules = path.join(store, folder, 'node_modules');
    const { links, folders } = await packagesIn(modules);
    packages.set(folder, new Set(folders));
    const wanted = links.map(async (name) => {
      const link = path.join(modules, name);
      if (await leadsInto(link, workspace)) return workspace;
      const target = path.resolve(path.dirname(link), await readlink(link));
      return path.relative(store, target).split(path.sep)[0] ?? '';
    });
    needs.set(folder, await Promise.all(wanted));
  }
  const reached = closure(needs, [workspace]);
  return new Map([...packages].filter(([folder]) => reached.has(folder)));
}

function closure(
  needs: ReadonlyMap<string, readonly string[]>,
  start: readonly string[],
): Set<string> {
  const reached = new Set(start);
  for (let grows = true; grows; ) {
    grows = false;
    for (const [name, wanted] of needs) {
      if (reached.has(name) || !wanted.some((each) => reached.has(each))) continue;
      reached.add(name);
      grows = true;
    }
  }
  return reached;
}

async function packagesIn(modules: string): Promise<{ links: string[]; folders: string[] }> {
  const found = { links: [] as string[], folders: [] as string[] };
  const look = async (below: string): Promise<void> => {
    const entries = await readdir(path.join(modules, below), { withFileTypes: true });
    for (const entry of entries) {
      const name = path.posix.join(below, entry.name);
      if (entry.isSymbolicLink()) found.links.push(name);
      else if (entry.isDirectory() && below === '' && name.startsWith('@')) await look(name);
      else if (entry.isDirectory() && !entry.name.startsWith('.')) found.folders.push(name);
    }
  };
  await look('').catch(() => {});
  return found;
}

/** Into its sources, not into something that is installed. */
async function leadsInto(link: string, workspace: string): Promise<boolean> {
  const target = path.resolve(path.dirname(link), await readlink(link));
  const inside = target.startsWith(`${workspace}${path.sep}`);
  return inside && !path.relative(workspace, target).split(path.sep).includes('node_modules');
}

async function namesNeeded(folder: string): Promise<string[]> {
  const text = await readFile(path.join(folder, 'package.json'), 'utf8').catch(() => '');
  try {
    const manifest = Manifest.parse(JSON.parse(text));
    const { dependencies = {}, peerDependencies = {}, optionalDependencies = {} } = manifest;
    return Object.keys({ ...dependencies, ...peerDependencies, ...optionalDependencies });
  } catch {
    return [];
  }
}
