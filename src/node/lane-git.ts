/** Git as the agents of a lane see it: read from the objects of the shadow repository, never from the lane's files. */
import type { Git, GitText } from '../engine/lane-ports.ts';
import { notFound } from './file-errors.ts';
import { readBlame } from './git/history-blame.ts';
import { type HistoryRepository, historyCommands, readHistory } from './git/history-commands.ts';
import { resolveCommit, treePath } from './git/history-revision.ts';
import { answered, maxTextBytes, namesOnly, shownPaths, textOf } from './git/history-text.ts';
import { makeCommit } from './git/make-commit.ts';
import { splitNames } from './git/null-separated.ts';
import type { LaneHead } from './staging/lane-head.ts';

export type LaneGitParts = {
  repository: () => Promise<HistoryRepository>;
  head: LaneHead;
  /** The tree of what the lane holds now. */
  recordTree: (signal: AbortSignal) => Promise<string>;
  /** Told of each commit, so that what collects old objects leaves it. */
  keep?: (commit: string) => Promise<void>;
  now?: () => Date;
};

const maxNameBytes = 16 * 1024 * 1024;

export function createLaneGit(parts: LaneGitParts): Git {
  return {
    status: (signal) => status(parts, signal),
    diff: (path, signal) => diff(parts, path, signal),
    log: (options, signal) => log(parts, options, signal),
    show: (revision, signal) => showRevision(parts, revision, signal),
    blame: (options, signal) => blame(parts, options, signal),
    commit: (message, signal) => commit(parts, message, signal),
  };
}

async function status(parts: LaneGitParts, signal: AbortSignal) {
  const { changes } = await changesIn(parts, undefined, signal);
  return changes;
}

/** Between the last commit and what the lane holds. */
async function changesIn(parts: LaneGitParts, path: string | undefined, signal: AbortSignal) {
  const repository = await parts.repository();
  const [from, to] = [await parts.head.read(), await parts.recordTree(signal)];
  const args = historyCommands.namesBetween({ from, to, path });
  const output = await answered(repository, args, { maxBytes: maxNameBytes }, signal);
  const { names } = splitNames(output.bytes);
  const changes = [];
  for (let at = 0; at + 1 < names.length; at += 2) {
    changes.push({ change: changeOf(names[at] ?? ''), path: names[at + 1] ?? '' });
  }
  return { repository, from, to, changes };
}

function changeOf(letter: string): 'added' | 'modified' | 'deleted' {
  if (letter === 'A') return 'added';
  return letter === 'D' ? 'deleted' : 'modified';
}

async function diff(
  parts: LaneGitParts,
  given: string | undefined,
  signal: AbortSignal,
): Promise<GitText> {
  const path = given === undefined ? undefined : treePath(given);
  const { repository, from, to, changes } = await changesIn(parts, path, signal);
  const { paths, leftOut, tooMany } = shownPaths(changes.map((each) => each.path));
  if (tooMany)
    return namesOnly(
      changes.map((each) => each.path),
      leftOut,
    );
  if (paths.length === 0 && leftOut.length > 0) return { text: '', leftOut };
  const only = leftOut.length > 0 ? paths : path === undefined ? [] : [path];
  const args = historyCommands.diff({ from, to, paths: only });
  return textOf(await answered(repository, args, { maxBytes: maxTextBytes }, signal), leftOut);
}

async function log(
  parts: LaneGitParts,
  options: { path?: string; limit: number },
  signal: AbortSignal,
): Promise<GitText> {
  const repository = await parts.repository();
  const path = options.path === undefined ? undefined : treePath(options.path);
  const args = historyCommands.log({ commit: await parts.head.read(), limit: options.limit, path });
  return textOf(await answered(repository, args, { maxBytes: maxTextBytes }, signal), []);
}

async function showRevision(
  parts: LaneGitParts,
  revision: string,
  signal: AbortSignal,
): Promise<GitText> {
  const repository = await parts.repository();
  const colon = revision.indexOf(':');
  const name = colon < 0 ? revision : revision.slice(0, colon);
  const last = await parts.head.read();
  const found = await resolveCommit(repository, { revision: name, last }, signal);
  if (colon >= 0) {
    const path = treePath(revision.slice(colon + 1));
    const args = historyCommands.file({ commit: found, path });
    const output = await readHistory(repository, args, { maxBytes: maxTextBytes }, signal);
    if (output.code !== 0) throw notFound(revision);
    return textOf(output, []);
  }
  const listed = await answered(
    repository,
    historyCommands.namesIn({ commit: found }),
    { maxBytes: maxNameBytes },
    signal,
  );
  const { names } = splitNames(listed.bytes);
  const { paths, leftOut, tooMany } = shownPaths(names);
  if (tooMany) return namesOnly(names, leftOut);
  const only = leftOut.length > 0 ? paths : [];
  if (only.length === 0 && leftOut.length > 0) return { text: `commit ${found}`, leftOut };
  const args = historyCommands.show({ commit: found, paths: only });
  return textOf(await answered(repository, args, { maxBytes: maxTextBytes }, signal), leftOut);
}

async function blame(
  parts: LaneGitParts,
  options: { path: string; startLine?: number; endLine?: number },
  signal: AbortSignal,
): Promise<GitText> {
  const repository = await parts.repository();
  const path = treePath(options.path);
  const [parent, tree] = [await parts.head.read(), await parts.recordTree(signal)];
  // A commit that nothing leads to, so that what is not committed has a name as well.
  const now = await makeCommit(repository, { tree, parent, message: 'Not committed' }, { signal });
  const request = { commit: now, path, from: options.startLine ?? 1, to: options.endLine };
  return readBlame(repository, request, signal);
}

async function commit(parts: LaneGitParts, message: string, signal: AbortSignal) {
  const { repository, from, to, changes } = await changesIn(parts, undefined, signal);
  if (changes.length === 0) return undefined;
  const date = (parts.now ?? (() => new Date()))();
  const made = await makeCommit(repository, { tree: to, parent: from, message }, { date, signal });
  await parts.keep?.(made);
  await parts.head.move(made);
  return { commit: made, files: changes.length };
}
