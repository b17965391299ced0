/** Git as the agents of a lane see it: read from the objects of the shadow repository, never from the lane's files. */
import { posix } from 'node:path';
import type { Git, GitText } from '../engine/ports.ts';
import { MusterError } from '../shared/muster-error.ts';
import { notFound } from './file-errors.ts';
import { shadowEnvironment } from './git/git-environment.ts';
import { type HistoryOutput, historyCommands, readHistory } from './git/history-commands.ts';
import { splitNames } from './git/null-separated.ts';
import { runGit } from './git/run-git.ts';
import type { ShadowGit } from './git/shadow-git.ts';
import { PathRefusal, show } from './path-refusal.ts';
import type { LaneHead } from './staging/lane-head.ts';
import { secretReason } from './staging/secret-names.ts';

export type LaneGitParts = {
  shadow: () => Promise<Pick<ShadowGit, 'gitDir' | 'words'>>;
  head: LaneHead;
  /** The tree of what the lane holds now. */
  recordTree: (signal: AbortSignal) => Promise<string>;
  now?: () => Date;
};

const maxBytes = 1024 * 1024;
const maxNameBytes = 16 * 1024 * 1024;
/** Names that one command line takes. */
const maxPaths = 500;

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
  const { gitDir } = await parts.shadow();
  const [from, to] = [await parts.head.read(), await parts.recordTree(signal)];
  const args = historyCommands.namesBetween({ from, to, path });
  const output = await answered(gitDir, args, { maxBytes: maxNameBytes }, signal);
  const { names } = splitNames(output.bytes);
  const changes = [];
  for (let at = 0; at + 1 < names.length; at += 2) {
    changes.push({ change: changeOf(names[at] ?? ''), path: names[at + 1] ?? '' });
  }
  return { gitDir, from, to, changes };
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
  const { gitDir, from, to, changes } = await changesIn(parts, path, signal);
  const { paths, leftOut, tooMany } = shownPaths(changes.map((each) => each.path));
  if (tooMany)
    return namesOnly(
      changes.map((each) => each.path),
      leftOut,
    );
  if (paths.length === 0 && leftOut.length > 0) return { text: '', leftOut };
  const only = leftOut.length > 0 ? paths : path === undefined ? [] : [path];
  const args = historyCommands.diff({ from, to, paths: only });
  return textOf(await answered(gitDir, args, { maxBytes }, signal), leftOut);
}

async function log(
  parts: LaneGitParts,
  options: { path?: string; limit: number },
  signal: AbortSignal,
): Promise<GitText> {
  const { gitDir } = await parts.shadow();
  const path = options.path === undefined ? undefined : treePath(options.path);
  const args = historyCommands.log({ commit: await parts.head.read(), limit: options.limit, path });
  return textOf(await answered(gitDir, args, { maxBytes }, signal), []);
}

async function showRevision(
  parts: LaneGitParts,
  revision: string,
  signal: AbortSignal,
): Promise<GitText> {
  const { gitDir } = await parts.shadow();
  const colon = revision.indexOf(':');
  const name = colon < 0 ? revision : revision.slice(0, colon);
  const found = await resolveCommit(parts, name, signal);
  if (colon >= 0) {
    const path = treePath(revision.slice(colon + 1));
    const args = historyCommands.file({ commit: found, path });
    const output = await readHistory(gitDir, args, { maxBytes }, signal);
    if (output.code !== 0) throw notFound(revision);
    return textOf(output, []);
  }
  const listed = await answered(
    gitDir,
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
  return textOf(await answered(gitDir, args, { maxBytes }, signal), leftOut);
}

async function blame(
  parts: LaneGitParts,
  options: { path: string; startLine?: number; endLine?: number },
  signal: AbortSignal,
): Promise<GitText> {
  const shadow = await parts.shadow();
  const path = treePath(options.path);
  const [head, tree] = [await parts.head.read(), await parts.recordTree(signal)];
  // A commit that nothing leads to, so that what is not committed has a name as well.
  const now = await makeCommit(
    shadow.gitDir,
    { tree, parent: head, message: 'Not committed' },
    { signal },
  );
  const args = historyCommands.blame({
    commit: now,
    path,
    from: options.startLine ?? 1,
    to: options.endLine,
  });
  const output = await readHistory(shadow.gitDir, args, { maxBytes: 4 * maxBytes }, signal);
  if (output.code !== 0) throw blameFailed(options.path, output.errors);
  const whole = textOf(output, []);
  return { ...whole, text: blameLines(whole.text, now).join('\n') };
}

/** Each commit is described once; the lines follow with its name alone. */
function blameLines(porcelain: string, uncommitted: string): string[] {
  const known = new Map<string, { author: string; date: string }>();
  const lines: string[] = [];
  let [commit, line] = ['', ''];
  for (const text of porcelain.split('\n')) {
    const header = /^([0-9a-f]{40,64}) \d+ (\d+)/.exec(text);
    const about = known.get(commit) ?? { author: '', date: '' };
    if (text.startsWith('\t')) {
      const who =
        commit === uncommitted
          ? 'not committed'
          : `${commit.slice(0, 8)} ${about.date} ${about.author}`;
      lines.push(`${line} (${who}) ${text.slice(1, 400)}`);
    } else if (header) {
      [, commit = '', line = ''] = header;
    } else if (text.startsWith('author ')) {
      known.set(commit, { ...about, author: text.slice('author '.length) });
    } else if (text.startsWith('author-time ')) {
      const seconds = Number(text.slice('author-time '.length));
      known.set(commit, { ...about, date: new Date(seconds * 1000).toISOString().slice(0, 10) });
    }
  }
  return lines;
}

async function commit(parts: LaneGitParts, message: string, signal: AbortSignal) {
  const { gitDir, from, to, changes } = await changesIn(parts, undefined, signal);
  if (changes.length === 0) return undefined;
  const date = (parts.now ?? (() => new Date()))();
  const made = await makeCommit(gitDir, { tree: to, parent: from, message }, { date, signal });
  await parts.head.move(made);
  return { commit: made, files: changes.length };
}

/** By Muster: nothing of the person's configuration is asked for a name. */
async function makeCommit(
  gitDir: string,
  { tree, parent, message }: { tree: string; parent: string; message: string },
  { date, signal }: { date?: Date; signal: AbortSignal },
): Promise<string> {
  const at = date === undefined ? undefined : `${Math.floor(date.getTime() / 1000)} +0000`;
  const { stdout } = await runGit({
    args: [`--git-dir=${gitDir}`, 'commit-tree', '-p', parent, '-F', '-', tree],
    cwd: gitDir,
    environment: shadowEnvironment(
      at === undefined ? {} : { GIT_AUTHOR_DATE: at, GIT_COMMITTER_DATE: at },
    ),
    input: Buffer.from(message.toWellFormed()),
    signal,
  });
  return stdout.toString('latin1').trim();
}

const revisionForm = /^(?:(HEAD|@)|[0-9a-f]{4,64})(?:[~^]\d{0,6}){0,20}$/i;

/** `HEAD` is the lane's last commit; only what leads to it can be named. */
async function resolveCommit(
  { shadow, head }: LaneGitParts,
  revision: string,
  signal: AbortSignal,
): Promise<string> {
  const form = revisionForm.exec(revision);
  if (form === null) throw badRevision(revision);
  const last = await head.read();
  const name = form[1] === undefined ? revision : last + revision.slice(form[1].length);
  const { gitDir, words } = await shadow();
  const found = await words(['rev-parse', '--verify', '--quiet', `${name}^{commit}`], {
    signal,
  }).catch(() => '');
  signal.throwIfAborted();
  if (!/^[0-9a-f]{40,64}$/.test(found)) throw badRevision(revision);
  const args = historyCommands.isAncestor({ commit: found, head: last });
  const { code } = await readHistory(gitDir, args, { maxBytes }, signal);
  // Other runs and branches share the objects; what is not in this lane's history is nobody's business.
  if (code !== 0) throw badRevision(revision);
  return found;
}

/** A path inside trees: no file is opened by it. */
function treePath(given: string): string {
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

function shownPaths(names: readonly string[]) {
  const leftOut = names.filter((name) => secretReason(name) !== undefined);
  const paths = names.filter((name) => secretReason(name) === undefined);
  return { paths, leftOut, tooMany: leftOut.length > 0 && paths.length > maxPaths };
}

function namesOnly(names: readonly string[], leftOut: readonly string[]): GitText {
  const shown = names.filter((name) => !leftOut.includes(name));
  return {
    text: shown.slice(0, 2000).join('\n'),
    cut: 'too many files for one patch; ask for a path',
    leftOut: [...leftOut],
  };
}

function textOf(output: HistoryOutput, leftOut: readonly string[]): GitText {
  const text = output.bytes.includes(0)
    ? `[binary content, ${output.bytes.length} bytes]`
    : output.bytes.toString('utf8');
  const cut = { bytes: 'it is longer than 1 MB', time: 'it took longer than 20 seconds' };
  return {
    text,
    leftOut: [...leftOut],
    ...(output.stopped === undefined ? {} : { cut: cut[output.stopped] }),
  };
}

async function answered(
  gitDir: string,
  args: readonly string[],
  limits: { maxBytes: number },
  signal: AbortSignal,
): Promise<HistoryOutput> {
  const output = await readHistory(gitDir, args, limits, signal);
  if (output.code === 0) return output;
  throw new MusterError(
    'bad-input',
    `git ${args[0] ?? ''} gave no answer: ${firstLine(output.errors)}. Nothing was changed. Check the path or revision.`,
  );
}

function badRevision(revision: string): MusterError {
  return new MusterError(
    'bad-input',
    `There is no revision ${show(revision)} in the history of this copy. Give HEAD, HEAD~1 or the like, or a commit's hash from git_log, and a file as "HEAD~1:src/a.ts"; branches and tags are not known here.`,
  );
}

function blameFailed(path: string, errors: string): MusterError {
  const lines = /has only (\d+) lines?/.exec(errors)?.[1];
  if (lines !== undefined) {
    return new MusterError(
      'bad-input',
      `${show(path)} has ${lines} lines. Ask for a range within them.`,
    );
  }
  return /no such path/.test(errors)
    ? notFound(path)
    : new MusterError(
        'bad-input',
        `git blame gave no answer: ${firstLine(errors)}. Check the path.`,
      );
}

function firstLine(errors: string): string {
  return (errors.trim().split('\n', 1)[0] ?? '').replace(/^fatal: /, '') || 'no message';
}
