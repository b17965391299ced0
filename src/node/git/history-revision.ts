/** Revisions and paths as a model gives them: what is not plainly one is refused before git sees it. */
import { posix } from 'node:path';
import { MusterError } from '../../shared/muster-error.ts';
import { PathRefusal, show } from '../path-refusal.ts';
import { secretReason } from '../staging/secret-names.ts';
import { type HistoryRepository, historyCommands, readHistory } from './history-commands.ts';
import { maxTextBytes } from './history-text.ts';

const revisionForm = /^(?:(HEAD|@)|[0-9a-f]{4,64})(?:[~^]\d{0,6}){0,20}$/i;

/** `HEAD` is the lane's last commit; only what leads to it can be named. */
export async function resolveCommit(
  repository: HistoryRepository,
  { revision, last }: { revision: string; last: string },
  signal: AbortSignal,
): Promise<string> {
  const form = revisionForm.exec(revision);
  if (form === null) throw badRevision(revision);
  const name = form[1] === undefined ? revision : last + revision.slice(form[1].length);
  const limits = { maxBytes: maxTextBytes };
  const named = await readHistory(repository, historyCommands.commitOf({ name }), limits, signal);
  const found = named.bytes.toString('latin1').trim();
  if (!/^[0-9a-f]{40,64}$/.test(found)) throw badRevision(revision);
  const args = historyCommands.isAncestor({ commit: found, head: last });
  const { code } = await readHistory(repository, args, limits, signal);
  // Other runs and branches share the objects; what is not in this lane's history is nobody's business.
  if (code !== 0) throw badRevision(revision);
  return found;
}

/** A path inside trees: no file is opened by it. */
export function treePath(given: string): string {
  if (given.includes('\0') || !given.isWellFormed()) throw new PathRefusal(given, 'malformed');
  const path = posix.normalize(given).replace(/^\.\/|\/$/g, '');
  if (path.startsWith('/')) throw new PathRefusal(given, 'absolute');
  if (path === '..' || path.startsWith('../')) throw new PathRefusal(given, 'outside');
  const secret = secretReason(path);
  if (secret === undefined) return path;
  throw new MusterError(
    'bad-input',
    `${show(given)} ${secret}, and its history is not shown. Go on without it.`,
  );
}

function badRevision(revision: string): MusterError {
  return new MusterError(
    'bad-input',
    `There is no revision ${show(revision)} in the history of this copy. Give HEAD, HEAD~1 or the like, or a commit's hash from git_log, and a file as "HEAD~1:src/a.ts"; branches and tags are not known here.`,
  );
}
