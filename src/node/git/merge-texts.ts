/** Three-way merge of three texts by git, byte for byte: the same lines that its hunks are made of. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { shadowEnvironment } from './git-environment.ts';
import { requireGit } from './git-version.ts';
import { runGit } from './run-git.ts';

export type ThreeTexts = { base: Uint8Array; now: Uint8Array; wanted: Uint8Array };

/** git's answers above this are errors; below, the number of conflicts. */
const mostConflicts = 127;

/**
 * @param prefer whose lines stand where both changed the same; `neither` makes that a conflict
 * @returns undefined for a conflict, and for what is no text
 */
export async function mergeTexts(
  texts: ThreeTexts,
  prefer: 'neither' | 'wanted',
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  if (Object.values(texts).some((bytes) => bytes.includes(0))) return undefined;
  await requireGit();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-merge-'));
  try {
    for (const [name, bytes] of Object.entries(texts)) {
      await writeFile(path.join(folder, name), bytes, { mode: 0o600 });
    }
    const favor = prefer === 'wanted' ? ['--theirs'] : [];
    const { code, stdout } = await runGit({
      args: ['merge-file', '-p', '-q', ...favor, 'now', 'base', 'wanted'],
      cwd: folder,
      // What lies above the temporary folder is none of its business.
      environment: shadowEnvironment({ GIT_CEILING_DIRECTORIES: path.dirname(folder) }),
      okCodes: Array.from({ length: mostConflicts + 1 }, (_, count) => count),
      signal,
    });
    return code === 0 ? new Uint8Array(stdout) : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
