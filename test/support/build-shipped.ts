/** Builds what is shipped into a folder of its own, from the sources as they are now. */
import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';

/** @returns the folder of the bundles, below the one that is given */
export async function buildShipped(folder: string): Promise<string> {
  const project = path.resolve(import.meta.dirname, '../..');
  for (const name of ['src', 'package.json', 'tsconfig.json']) {
    await symlink(path.join(project, name), path.join(folder, name));
  }
  const script = path.join(project, 'esbuild.mjs');
  await promisify(execFile)(process.execPath, [script, '--production'], { cwd: folder });
  return path.join(folder, 'dist');
}
