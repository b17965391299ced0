/** Reads what `merge-tree -z` says of a merge that is not clean: the sides of each path, and why. */
import { splitBytes } from '../git/null-separated.ts';

export type Side = { mode: string; object: string };

export type ConflictedPath = {
  path: string;
  /** What both started from, what has been merged already, and the lane's own. */
  base?: Side;
  merged?: Side;
  yours?: Side;
};

export type ConflictMessage = { paths: string[]; kind: string };

export function parseConflicts(output: Buffer): {
  tree: string;
  paths: ConflictedPath[];
  messages: ConflictMessage[];
} {
  const fields = splitBytes(output).map((field) => field.toString('utf8'));
  const end = fields.indexOf('', 1);
  const records = fields.slice(1, end === -1 ? undefined : end);
  return {
    tree: fields[0] ?? '',
    paths: sidesOf(records),
    messages: end === -1 ? [] : messagesOf(fields.slice(end + 1)),
  };
}

/** `mode object stage\tpath`, a record for each side. */
function sidesOf(records: readonly string[]): ConflictedPath[] {
  const paths = new Map<string, ConflictedPath>();
  for (const record of records) {
    const tab = record.indexOf('\t');
    const [mode = '', object = '', stage = ''] = record.slice(0, tab).split(' ');
    const path = record.slice(tab + 1);
    const known = paths.get(path) ?? { path };
    if (stage === '1') known.base = { mode, object };
    if (stage === '2') known.merged = { mode, object };
    if (stage === '3') known.yours = { mode, object };
    paths.set(path, known);
  }
  return [...paths.values()];
}

/** A count of paths, the paths, the kind in fixed words, and a sentence that is not looked at. */
function messagesOf(fields: readonly string[]): ConflictMessage[] {
  const messages: ConflictMessage[] = [];
  let at = 0;
  while (at < fields.length) {
    const count = Number(fields[at]);
    const kind = fields[at + 1 + count];
    if (!Number.isInteger(count) || kind === undefined) break;
    messages.push({ paths: fields.slice(at + 1, at + 1 + count), kind });
    at += count + 3;
  }
  return messages;
}
