/** The bundled sample as these tests use it: where it is, what it holds, and how its own tests end. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLaneShell } from '../../../../src/node/lane-shell.ts';

const never = new AbortController().signal;

export const sampleFolder = fileURLToPath(new URL('../../../../media/sample', import.meta.url));

/** Every file of a folder by its path with `/`, without `.git`. */
export async function filesOf(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file).split(path.sep).join('/');
    if (!entry.isFile() || name.startsWith('.git/')) continue;
    files[name] = await readFile(file, 'utf8');
  }
  return files;
}

export async function run(folder: string, line: string): Promise<{ ok: boolean; output: string }> {
  const shell = createLaneShell({ root: folder });
  const outcome = await shell.run({ line, timeoutMs: 20_000, maxBytes: 50_000 }, never);
  return { ok: outcome.exitCode === 0, output: outcome.output };
}
