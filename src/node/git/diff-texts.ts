/** The hunks between many pairs of texts that stand in no repository, by one git process. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Hunk } from '../../shared/changes.ts';
import { inGroups } from '../apply/in-groups.ts';
import { parsePatch } from '../staging/parse-patch.ts';
import { shadowEnvironment } from './git-environment.ts';
import { runGit } from './run-git.ts';

export type TextPair = { before: Uint8Array; after: Uint8Array };

export type TextDiff = {
  hunks: Hunk[];
  /** From the first `@@` on, one byte for each character; empty where nothing differs. */
  patch: string;
};

export type DiffStyle = {
  context: 0 | 3;
  /** `histogram` for a person to read; `myers`, sliding nothing, is how git merges. */
  lines: 'histogram' | 'myers';
  /** Which white space counts for nothing: at the ends of lines, or all of it. */
  ignoring?: Spacing;
};

export type Spacing = 'at-ends' | 'anywhere';

/** @returns in the order of the pairs */
export async function diffTexts(
  pairs: readonly TextPair[],
  { context, lines, ignoring }: DiffStyle,
  signal: AbortSignal,
): Promise<TextDiff[]> {
  if (pairs.length === 0) return [];
  const folder = await mkdtemp(path.join(os.tmpdir(), 'muster-diff-'));
  try {
    await writePairs(folder, pairs);
    const algorithm = lines === 'myers' ? '--no-indent-heuristic' : '--indent-heuristic';
    const { stdout } = await runGit({
      args: [
        ...['-c', 'core.attributesFile=/dev/null', 'diff', '--no-index', '--no-renames', '--text'],
        ...['--no-ext-diff', '--no-textconv', '--no-color', '--src-prefix=a/', '--dst-prefix=b/'],
        ...[`-U${context}`, `--diff-algorithm=${lines}`, algorithm],
        ...(ignoring === undefined ? [] : [spacing[ignoring]]),
        ...['before', 'after'],
      ],
      cwd: folder,
      // What lies above the temporary folder is none of its business.
      environment: shadowEnvironment({ GIT_CEILING_DIRECTORIES: path.dirname(folder) }),
      okCodes: [0, 1],
      signal,
    });
    return readBlocks(stdout.toString('latin1'), pairs.length);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const spacing: Record<Spacing, string> = {
  'at-ends': '--ignore-space-at-eol',
  anywhere: '--ignore-all-space',
};

async function writePairs(folder: string, pairs: readonly TextPair[]): Promise<void> {
  for (const side of ['before', 'after'] as const) {
    const names = pairs.map((_, position) => path.join(folder, side, String(position)));
    await mkdir(path.join(folder, side));
    await inGroups([...pairs.entries()], async ([position, pair]) => {
      await writeFile(names[position] ?? '', pair[side], { mode: 0o600 });
    });
  }
}

const header = /^diff --git a\/before\/(\d+) .*\n/gm;

/** A line of a text never begins like a header: it has a sign before it. */
function readBlocks(patch: string, count: number): TextDiff[] {
  const diffs = Array.from({ length: count }, (): TextDiff => ({ hunks: [], patch: '' }));
  const headers = [...patch.matchAll(header)];
  for (const [order, found] of headers.entries()) {
    const block = patch.slice(found.index, headers[order + 1]?.index);
    const [hunks = []] = parsePatch(block);
    const start = block.indexOf('\n@@ ');
    diffs[Number(found[1])] = { hunks, patch: start < 0 ? '' : block.slice(start + 1) };
  }
  return diffs;
}
