/** The git commands that read history for agents: a table, so that nothing a model wrote can become a flag. */
import { runBounded } from '../bounded-process.ts';
import { type Environment, shadowEnvironment } from './git-environment.ts';
import { gitMissing } from './git-version.ts';

/** Full object names; made by Muster, never taken from a model. */
type Commit = string;

const plain = ['--no-color', '--no-ext-diff', '--no-textconv'];
const signed = ['--no-show-signature', '--no-mailmap', '--no-decorate', '--no-notes'];

/** Paths are literal: the environment switches every pattern in them off. */
export const historyCommands = {
  commitOf: ({ name }: { name: string }) => [
    ...['rev-parse', '--verify', '--quiet', `${name}^{commit}`],
  ],
  log: ({ commit, limit, path }: { commit: Commit; limit: number; path?: string | undefined }) => [
    ...['log', ...plain, ...signed, '--date=short', '--format=%h %ad %an: %s'],
    ...[`--max-count=${limit}`, '--end-of-options', commit, '--', ...(path ? [path] : [])],
  ],
  namesIn: ({ commit }: { commit: Commit }) => [
    ...['show', ...plain, ...signed, '-z', '--name-only', '--format=', '--no-renames'],
    ...['--diff-merges=first-parent', '--end-of-options', commit, '--'],
  ],
  show: ({ commit, paths }: { commit: Commit; paths: readonly string[] }) => [
    ...['show', ...plain, ...signed, '--date=short', '--diff-merges=first-parent'],
    ...['--format=commit %H%nAuthor: %an%nDate: %ad%n%n%B', '--patch', '--stat=100'],
    ...['--end-of-options', commit, '--', ...paths],
  ],
  file: ({ commit, path }: { commit: Commit; path: string }) => [
    ...['cat-file', 'blob', `${commit}:${path}`],
  ],
  namesBetween: (range: { from: Commit; to: Commit; path?: string | undefined }) => [
    ...['diff-tree', '-r', '-z', '--name-status', '--no-renames', range.from, range.to, '--'],
    ...(range.path ? [range.path] : []),
  ],
  diff: ({ from, to, paths }: { from: Commit; to: Commit; paths: readonly string[] }) => [
    ...['diff-tree', '-r', '-p', '-M', ...plain, from, to, '--', ...paths],
  ],
  blame: (of: { commit: Commit; path: string; from: number; to: number | undefined }) => [
    ...['blame', '--porcelain', '--no-textconv', '-L', `${of.from},${of.to ?? ''}`],
    ...[of.commit, '--', of.path],
  ],
  isAncestor: ({ commit, head }: { commit: Commit; head: Commit }) => [
    ...['merge-base', '--is-ancestor', commit, head],
  ],
} as const;

/** Where history is read, and what git must be told of it, e.g. whose objects it borrows. */
export type HistoryRepository = { gitDir: string; environment?: Environment };

const timeLimitMs = 20_000;

export type HistoryOutput = {
  bytes: Buffer;
  stopped?: 'bytes' | 'time';
  code: number;
  errors: string;
};

/** Runs one of the commands above on the objects alone: no work tree, no index, no repository found by looking. */
export async function readHistory(
  { gitDir, environment }: HistoryRepository,
  args: readonly string[],
  { maxBytes }: { maxBytes: number },
  signal: AbortSignal,
): Promise<HistoryOutput> {
  const chunks: Buffer[] = [];
  let length = 0;
  const end = await runBounded(
    {
      file: 'git',
      args: ['--no-pager', `--git-dir=${gitDir}`, ...args],
      cwd: gitDir,
      environment: shadowEnvironment(environment),
      timeLimitMs,
      onOutput(chunk) {
        chunks.push(chunk);
        length += chunk.length;
        return length > maxBytes ? 'stop' : undefined;
      },
    },
    signal,
  ).catch((error: unknown) => {
    throw isNotThere(error) ? gitMissing(error) : error;
  });
  const bytes = Buffer.concat(chunks).subarray(0, maxBytes);
  if (end.ended === 'exit') return { bytes, code: end.code ?? 128, errors: end.errors };
  return { bytes, stopped: end.ended === 'time' ? 'time' : 'bytes', code: 0, errors: '' };
}

function isNotThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
