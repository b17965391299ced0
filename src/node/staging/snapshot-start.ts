/** What a snapshot can start from instead of reading every file: an index whose entries are known to be right. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { splitBytes } from '../git/null-separated.ts';
import type { PersonFacts, PersonSettings } from '../git/person-facts.ts';
import type { PersonRepository } from '../git/person-git.ts';
import { type IndexEntry, readIndex } from '../git/read-index.ts';
import type { ShadowGit } from '../git/shadow-git.ts';
import { copyWithTime, type Remembered } from './last-snapshot.ts';
import { whyUnsafe } from './safe-index.ts';
import { parseRawChanges } from './tree-entries.ts';

export type SnapshotStart = {
  /** By path: what the draft of the index says of each file. */
  entries: ReadonlyMap<string, IndexEntry>;
  /** Files that are no longer what their entry says, or are gone. */
  changed: ReadonlySet<string>;
  /** Entries whose object is not what stands on disk although nothing changed; they have to go first. */
  wrong: readonly string[];
  /** The last snapshot, where the index is its own. */
  last?: Remembered;
};

export type Draft = { shadow: ShadowGit; workspace: string; draft: string };

export const fromNothing: SnapshotStart = { entries: new Map(), changed: new Set(), wrong: [] };

/** From the index of the last snapshot, which stands at `draft`. */
export async function fromLastSnapshot(
  { draft }: Draft,
  { last, changed }: { last: Remembered; changed: ReadonlySet<string> },
): Promise<SnapshotStart> {
  const entries = await entriesOf(draft);
  if (entries !== undefined) return { entries, changed, wrong: [], last };
  await rm(draft, { force: true });
  return fromNothing;
}

/** From a copy of the person's index, where that is safe. Their objects are borrowed from then on. */
export async function fromPersonIndex(
  at: Draft,
  person: {
    repository: PersonRepository;
    facts: PersonFacts;
    settings: PersonSettings;
    names: readonly string[];
  },
  signal: AbortSignal,
): Promise<SnapshotStart> {
  const { workspace, draft, shadow } = at;
  const copied = await copyWithTime(path.join(person.repository.gitDir, 'index'), draft);
  const index = copied ? await readIndex(draft) : undefined;
  const reason =
    index === undefined ? 'there is no index' : await whyUnsafe({ ...person, workspace, index });
  if (index === undefined || reason !== undefined) {
    await rm(draft, { force: true });
    return fromNothing;
  }
  shadow.borrowed = person.facts.objects;
  const [wrong, changed] = await Promise.all([
    wrongObjects(shadow, index.entries, signal),
    changedFiles(at, signal),
  ]);
  return {
    entries: new Map(index.entries.map((entry) => [entry.path, entry])),
    changed: new Set([...changed, ...wrong]),
    wrong,
  };
}

async function entriesOf(draft: string): Promise<Map<string, IndexEntry> | undefined> {
  const index = await readIndex(draft);
  return index && new Map(index.entries.map((entry) => [entry.path, entry]));
}

/** Files that are not what the draft of the index says of them. */
export async function changedFiles(at: Draft, signal: AbortSignal): Promise<Set<string>> {
  const { stdout } = await at.shadow.bytes(
    ['diff-files', '-z', '--raw', '--no-renames', '--ignore-submodules=all'],
    { workTree: at.workspace, index: at.draft, signal },
  );
  return new Set(parseRawChanges(splitBytes(stdout)).map((change) => change.path));
}

/** An object that was made under conversion rules of another day has another size than its file. */
async function wrongObjects(
  shadow: ShadowGit,
  entries: readonly IndexEntry[],
  signal: AbortSignal,
): Promise<string[]> {
  const input = Buffer.from(entries.map((entry) => `${entry.object}\n`).join(''));
  const { stdout } = await shadow.bytes(['cat-file', '--batch-check=%(objecttype) %(objectsize)'], {
    input,
    signal,
  });
  const lines = stdout.toString('latin1').split('\n');
  return entries
    .filter((entry, position) => lines[position] !== `blob ${entry.size}`)
    .map((entry) => entry.path);
}
