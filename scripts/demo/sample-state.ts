// What must be true of the sample workspace before, during and after the demo.

import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { sampleHistory } from '../../src/node/demo/sample-history.ts';
import { node24Path } from '../setup/node-24.mjs';
import { sampleSource } from './demo-folder.ts';

export async function requireFailingTests(workspace: string): Promise<void> {
  const { passed } = await runTests(workspace);
  if (passed) throw new Error('The tests of the sample workspace pass already.');
}

export async function requirePassingTests(workspace: string): Promise<void> {
  const { passed, output } = await runTests(workspace);
  if (!passed) throw new Error(`The tests of the workspace fail:\n${output}`);
}

/** Byte for byte what it was made of. */
export async function requireUnchanged(workspace: string): Promise<void> {
  const wanted = sampleHistory.flatMap((commit) => commit.files).sort();
  const found = await filesBelow(workspace);
  if (found.join('\n') !== wanted.join('\n')) {
    throw new Error(`The workspace holds other files than before: ${found.join(', ')}`);
  }
  for (const file of wanted) {
    const [before, now] = [join(sampleSource, file), join(workspace, file)];
    if (!(await readFile(before)).equals(await readFile(now))) {
      throw new Error(`${file} was changed before anything was applied.`);
    }
  }
}

/** Both ends of the change set: a file that had to go, and one that had to come. */
export async function requireApplied(workspace: string): Promise<void> {
  const found = await filesBelow(workspace);
  if (found.includes('src/export-v1.js')) throw new Error('src/export-v1.js was not deleted.');
  if (!found.includes('src/settle.js')) throw new Error('src/settle.js was not created.');
}

/** What its `npm test` runs; without npm, so that nothing of this project's npm is handed on. */
async function runTests(workspace: string): Promise<{ passed: boolean; output: string }> {
  const run = promisify(execFile)(node24Path(), ['--test'], { cwd: workspace, timeout: 60_000 });
  try {
    const { stdout } = await run;
    return { passed: /\bpass [1-9]/.test(stdout) && /\bfail 0\b/.test(stdout), output: stdout };
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : `${error}`;
    return { passed: false, output };
  }
}

async function filesBelow(workspace: string): Promise<string[]> {
  const entries = await readdir(workspace, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(workspace, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !name.startsWith('.git/'))
    .sort();
}
