/** From two trees to hunks and to accepted bytes, beside one plain diff by git. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import type { Staging } from '../../src/engine/ports.ts';
import { acceptedWrites, asProposed } from '../../src/engine/review/accepted-writes.ts';
import { createStaging } from '../../src/node/staging/staging.ts';
import type { ReviewedFile } from '../../src/shared/changes.ts';
import { RunId } from '../../src/shared/ids.ts';
import { alternate, median } from '../engine/statistics.ts';
import { inWorkFolder } from '../engine/work-folder.ts';
import type { Changed } from './changed-files.ts';

export type Hunks = {
  what: string;
  files: number;
  hunks: number;
  /** Hunks and the patch to read. */
  ms: number;
  /** One `git diff-tree -p` of the same trees. */
  gitMs: number;
  overGit: number;
  /** The bytes of every other hunk accepted. */
  composeMs: number;
};

const never = new AbortController().signal;
const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

export function measureHunks(
  what: string,
  changed: readonly Changed[],
  rounds: number,
): Promise<Hunks> {
  return inWorkFolder(async (folder) => {
    const workspace = path.join(folder, 'workspace');
    await mkdir(workspace);
    const runId = RunId.parse('20260101-000000-aaaaaa');
    const makeLane = () => {
      throw new Error('There are no lanes here');
    };
    const staging = createStaging({ workspace, folder, runId, makeLane });
    await staging.snapshot(never);
    const tree = (side: 'before' | 'after') =>
      staging.replaceFiles(
        emptyTree,
        changed.map((each) => ({ path: each.path, side: each[side] })),
        never,
      );
    const range = { base: await tree('before'), head: await tree('after') };
    const { files } = await staging.diff(range.base, range.head, never);
    const reviewed = files.map((file) =>
      everyOther({ ...file, decisions: {}, whole: 'undecided' }),
    );
    const gitDir = path.join(folder, 'shadow.git');
    const times = await alternate(
      [
        { name: 'diff', run: () => timed(() => staging.diff(range.base, range.head, never)) },
        { name: 'git', run: () => timed(() => plainDiff(gitDir, range)) },
        { name: 'compose', run: () => timed(() => compose(staging, range, reviewed)) },
      ],
      rounds,
    );
    const of = (name: string) => median(times.get(name) ?? []);
    return {
      what,
      files: files.length,
      hunks: files.reduce((sum, file) => sum + file.hunks.length, 0),
      ms: of('diff'),
      gitMs: of('git'),
      overGit: of('diff') / of('git'),
      composeMs: of('compose'),
    };
  });
}

function everyOther(file: ReviewedFile): ReviewedFile {
  const decisions = file.hunks.map(
    ({ id }, index) => [id, index % 2 === 0 ? 'undecided' : 'rejected'] as const,
  );
  return asProposed({ ...file, decisions: Object.fromEntries(decisions) });
}

async function compose(
  staging: Staging,
  range: { base: string; head: string },
  files: readonly ReviewedFile[],
): Promise<void> {
  const writes = await acceptedWrites(staging, range, files);
  if (writes.length !== files.length) throw new Error('A file is missing');
}

async function plainDiff(gitDir: string, { base, head }: { base: string; head: string }) {
  const args = [`--git-dir=${gitDir}`, 'diff-tree', '-r', '-p', '--histogram', '-U0', base, head];
  await promisify(execFile)('git', args, { maxBuffer: 256 * 1024 * 1024 });
}

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
