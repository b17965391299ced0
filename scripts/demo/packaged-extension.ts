// The packaged extension: made by `npm run package` when it is missing or older than what goes into it.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { node24Environment } from '../setup/node-24.mjs';
import { npmCommand } from '../setup/npm-command.mjs';
import { projectRoot } from '../setup/project-root.mjs';
import { reportStep } from '../setup/report-step.mjs';

/** What the package is made of. */
const ingredients = [
  'src',
  'media',
  'package.json',
  'package-lock.json',
  'esbuild.mjs',
  '.vscodeignore',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
];

/** @returns the path of the VSIX */
export async function packagedExtension(): Promise<string> {
  return reportStep('extension', async () => {
    const vsix = vsixPath();
    const made = changedAt(vsix);
    const name = vsix.slice(projectRoot.length + 1);
    if (made !== undefined && ingredients.every((each) => !isNewer(each, made))) {
      return { note: `${name} is up to date`, value: vsix };
    }
    await npmCommand(['run', 'package'], { cwd: projectRoot, env: node24Environment() });
    if (changedAt(vsix) === undefined) throw new Error(`npm run package left no ${name}.`);
    return { note: `packaged ${name}`, value: vsix };
  });
}

function vsixPath(): string {
  const manifest: { name: string; version: string } = JSON.parse(
    readFileSync(join(projectRoot, 'package.json'), 'utf8'),
  );
  return join(projectRoot, `${manifest.name}-${manifest.version}.vsix`);
}

function isNewer(name: string, than: number): boolean {
  const path = join(projectRoot, name);
  const at = changedAt(path);
  if (at === undefined) return false;
  if (at > than) return true;
  if (!statSync(path).isDirectory()) return false;
  return readdirSync(path).some((entry) => isNewer(join(name, entry), than));
}

function changedAt(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
