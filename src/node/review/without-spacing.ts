/** Takes back what a save changed in white space alone: ends of lines and of the file, never a line with other changes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { replaceHunks } from '../../engine/review/apply-decisions.ts';
import { shadowEnvironment } from '../git/git-environment.ts';
import { requireGit } from '../git/git-version.ts';
import { runGit } from '../git/run-git.ts';
import { parsePatch } from '../staging/parse-patch.ts';

/** Which white space counts for nothing: at the ends of lines, or all of it. */
export type Spacing = 'at-ends' | 'anywhere';

/** @returns `after`, with the lines of `before` where they differ in such white space alone */
export async function withoutSpacing(
  before: Uint8Array,
  after: Uint8Array,
  { spacing, signal }: { spacing: Spacing; signal: AbortSignal },
): Promise<Uint8Array> {
  // UTF-16 and whatever else is no text to git.
  if (before.includes(0) || after.includes(0)) return after;
  await requireGit();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-spacing-'));
  try {
    await writeFile(path.join(folder, 'before'), before, { mode: 0o600 });
    await writeFile(path.join(folder, 'after'), after, { mode: 0o600 });
    const ignored = spacing === 'anywhere' ? '--ignore-all-space' : '--ignore-space-at-eol';
    const { stdout } = await runGit({
      args: [
        'diff',
        '--no-index',
        '--no-ext-diff',
        '--no-color',
        '-U0',
        ignored,
        'before',
        'after',
      ],
      cwd: folder,
      environment: shadowEnvironment({ GIT_CEILING_DIRECTORIES: path.dirname(folder) }),
      okCodes: [0, 1],
      signal,
    });
    const [hunks = []] = parsePatch(stdout.toString('latin1'));
    const real = hunks.filter((hunk) => !isBlankEnd(hunk, before, after));
    return replaceHunks(before, after, real);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Lines = { baseStart: number; baseLines: number; headStart: number; headLines: number };

/** Blank lines at the end of the file, which an editor may add or cut at every save. */
function isBlankEnd(hunk: Lines, before: Uint8Array, after: Uint8Array): boolean {
  return (
    isBlankRest(before, hunk.baseStart, hunk.baseLines) &&
    isBlankRest(after, hunk.headStart, hunk.headLines)
  );
}

function isBlankRest(bytes: Uint8Array, start: number, count: number): boolean {
  const lines = new TextDecoder('latin1').decode(bytes).split('\n');
  const first = count === 0 ? start : start - 1;
  return lines.slice(first).every((line) => line.trim() === '');
}
