/** Merges a lane's commit into the run head; what cannot be merged is laid out with both sides in the tree. */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { MergeOutcome } from '../../engine/ports.ts';
import { joinNames, splitNames } from '../git/null-separated.ts';
import type { ShadowGit } from '../git/shadow-git.ts';
import { commitTree, lostState } from './commit-tree.ts';
import { type ConflictedPath, type ConflictMessage, parseConflicts } from './parse-conflicts.ts';
import type { Places } from './places.ts';
import { removalOf } from './tree-entries.ts';

export type MergeRequest = { head: string; commit: string; message: string };

export async function mergeCommits(
  { shadow, places }: { shadow: ShadowGit; places: Places },
  request: MergeRequest,
  signal: AbortSignal,
): Promise<MergeOutcome> {
  const { head, commit, message } = request;
  const { code, stdout } = await shadow.bytes(
    ['merge-tree', '--write-tree', '-z', '--messages', head, commit],
    { okCodes: [0, 1], signal },
  );
  const { tree, paths, messages } = parseConflicts(stdout);
  // Commits that do not exist end with 1 as well, and without a tree.
  if (tree === '') throw lostState();
  if (code === 1) {
    const found = { tree, paths, messages, commits: request };
    return layOut({ shadow, places }, found, signal);
  }
  if (tree === (await shadow.words(['rev-parse', `${head}^{tree}`], { signal }))) {
    return { clean: true, head };
  }
  return {
    clean: true,
    head: await commitTree(shadow, { tree, parents: [head, commit], message }),
  };
}

type Found = {
  tree: string;
  paths: ConflictedPath[];
  messages: ConflictMessage[];
  commits: MergeRequest;
};

type LaidOut = {
  /** Names to give to what git put into the tree under a name with a commit's id. */
  renames: Map<string, string>;
  /** The lane's own version, to stand beside a file that cannot hold both. */
  beside: Array<{ path: string; mode: string; object: string }>;
  notes: string[];
};

async function layOut(
  at: { shadow: ShadowGit; places: Places },
  found: Found,
  signal: AbortSignal,
): Promise<MergeOutcome> {
  const free = await freeNames(at.shadow, found.tree, signal);
  const laidOut = describe(found, free);
  const tree = await withSides(at, { found, laidOut }, signal);
  const files = found.paths.map((each) => laidOut.renames.get(each.path) ?? each.path);
  return { clean: false, tree, files: [...new Set(files)], notes: laidOut.notes };
}

/** Gives a name that no file of the tree has. */
async function freeNames(
  shadow: ShadowGit,
  tree: string,
  signal: AbortSignal,
): Promise<(wanted: string) => string> {
  const { stdout } = await shadow.bytes(
    ['ls-tree', '-r', '-t', '-z', '--name-only', '--full-tree', tree],
    { signal },
  );
  const taken = new Set(splitNames(stdout).names);
  return (wanted) => {
    let name = wanted;
    for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`;
    taken.add(name);
    return name;
  };
}

function describe({ paths, messages, commits }: Found, free: (wanted: string) => string): LaidOut {
  const laidOut: LaidOut = { renames: new Map(), beside: [], notes: [] };
  const { renames, notes } = laidOut;
  const aside = (name: string): string => {
    const known = renames.get(name);
    if (known !== undefined) return known;
    if (name.endsWith(`~${commits.commit}`)) {
      renames.set(name, free(`${name.slice(0, -commits.commit.length - 1)}.yours`));
    } else if (name.endsWith(`~${commits.head}`)) {
      renames.set(name, free(`${name.slice(0, -commits.head.length - 1)}.merged`));
    }
    return renames.get(name) ?? name;
  };
  const told = new Set<string>();
  for (const { kind, paths: names } of messages) {
    const [first = '', second = '', third = ''] = names;
    const sentence = sentenceFor(kind, names.map(aside));
    if (sentence === undefined) continue;
    notes.push(sentence);
    for (const name of [first, second, third]) told.add(name);
  }
  for (const each of paths) {
    if (!told.has(each.path)) notes.push(describePath(each, { messages, laidOut, free, aside }));
  }
  return laidOut;
}

/** For conflicts of more than one path; the others are told by their sides. */
function sentenceFor(kind: string, [first, second, third]: string[]): string | undefined {
  if (kind === 'CONFLICT (rename/rename)' && third !== undefined) {
    return `${first} was renamed to ${second} by what has been merged and to ${third} by you; both stand there. Keep one name, with what both changed.`;
  }
  if (kind === 'CONFLICT (distinct modes)' && second !== undefined) {
    return `${first} became things of two kinds (file, link): one stands at ${first}, the other at ${second}. Keep what is meant at ${first}, and delete ${second}.`;
  }
  if (kind === 'CONFLICT (file/directory)' && second !== undefined) {
    return `${second} is a folder on one side and a file on the other; the file stands at ${first}. Move it to where it belongs.`;
  }
  return undefined;
}

function describePath(
  { path: name, merged, yours, base }: ConflictedPath,
  given: {
    messages: readonly ConflictMessage[];
    laidOut: LaidOut;
    free: (wanted: string) => string;
    aside: (name: string) => string;
  },
): string {
  const shown = given.aside(name);
  if (merged === undefined || yours === undefined) {
    const [deleter, keeper] =
      yours === undefined ? ['you', 'what has been merged'] : ['what has been merged', 'you'];
    if (merged === undefined && yours === undefined) return `${shown} is in conflict.`;
    return `${shown} was deleted by ${deleter} and changed by ${keeper}; the changed version stands there. Keep it, delete it, or move what it changed to where it belongs now.`;
  }
  const isLink = merged.mode === '120000' || yours.mode === '120000';
  const isBinary = given.messages.some(
    (each) => each.kind === 'CONFLICT (binary)' && each.paths.includes(name),
  );
  if (!isLink && !isBinary) {
    const start = base === undefined ? 'was added on both sides' : 'was changed in the same places';
    return `${shown} ${start}; both stand between conflict markers.${modeNote(merged.mode, yours.mode)}`;
  }
  const beside = given.free(`${name}.yours`);
  given.laidOut.beside.push({ path: beside, ...yours });
  const kind = isLink ? 'a symbolic link' : 'a binary file';
  return `${shown} is ${kind} and cannot hold both: what has been merged stands there, your version at ${beside}. Make ${shown} what it should be, and delete ${beside}.`;
}

function modeNote(merged: string, yours: string): string {
  if (merged === yours) return '';
  const words = (mode: string) => (mode === '100755' ? 'executable' : 'not executable');
  return ` It is ${words(merged)} in what has been merged, and ${words(yours)} in yours.`;
}

async function withSides(
  { shadow, places }: { shadow: ShadowGit; places: Places },
  { found, laidOut }: { found: Found; laidOut: LaidOut },
  signal: AbortSignal,
): Promise<string> {
  if (laidOut.renames.size + laidOut.beside.length === 0) return found.tree;
  await mkdir(places.scratch, { recursive: true, mode: 0o700 });
  const index = path.join(places.scratch, `merge-${randomUUID()}`);
  try {
    await shadow.words(['read-tree', found.tree], { index, signal });
    const entries = laidOut.beside.map((each) => `${each.mode} ${each.object}\t${each.path}`);
    for (const each of found.paths) {
      const to = laidOut.renames.get(each.path);
      const side = each.yours ?? each.merged;
      if (to === undefined || side === undefined) continue;
      entries.push(removalOf(each.path), `${side.mode} ${side.object}\t${to}`);
    }
    const input = joinNames(entries);
    await shadow.bytes(['update-index', '-z', '--add', '--index-info'], { index, input, signal });
    return await shadow.words(['write-tree'], { index, signal });
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}
