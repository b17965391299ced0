/** What has to be done to the index from which a snapshot starts, so that it says what the workspace holds. */
import type { LeftOut } from '../../shared/left-out.ts';
import { namesIn, type RawListing } from '../git/person-git.ts';
import { compareListings } from './listing-difference.ts';
import { type Contents, findContents } from './snapshot-contents.ts';
import { fromNothing, type SnapshotStart } from './snapshot-start.ts';

export type SnapshotChanges = {
  /** Files to be stored anew. */
  toRead: string[];
  /** Entries that must not be there; some may not be. */
  dropped: string[];
  /** Some of `toRead` have no entry yet. */
  someAreNew: boolean;
  /** How many files there are in all. */
  files: number;
  leftOut: LeftOut[];
  /** Listed names that are not taken; undefined where the next snapshot cannot rely on the listing. */
  again?: string[];
  /** What was looked at, where it was everything. */
  all?: Contents['files'];
};

type Request = { workspace: string; maxFileBytes: number };

/** Looks at every file that the listing names. */
export async function compareAll(
  request: Request & { start: SnapshotStart },
  listing: RawListing,
  signal: AbortSignal,
): Promise<SnapshotChanges> {
  const { entries } = request.start;
  const listed = namesIn(listing);
  const contents = await findContents(request, listed, signal);
  const taken = new Set(contents.files.map((file) => file.path));
  const toRead = contents.files.filter((file) => !file.known).map((file) => file.path);
  const isPlain =
    !contents.nested && listed.undecodable.length === 0 && listed.unreadable.length === 0;
  return {
    all: contents.files,
    toRead,
    dropped: [...entries.keys()].filter((name) => !taken.has(name)),
    someAreNew: toRead.some((name) => !entries.has(name)),
    files: taken.size,
    leftOut: contents.leftOut,
    ...(isPlain ? { again: listed.names.filter((name) => !taken.has(name)) } : {}),
  };
}

/**
 * Looks only at what can be otherwise than in the last snapshot: files that git saw change, names
 * that came or went, and what was left out then.
 * @param last.changed files that are no longer what the index of the last snapshot says
 * @returns undefined where everything has to be looked at
 */
export async function compareWithLast(
  request: Request,
  last: { changed: ReadonlySet<string>; files: number; again: readonly string[]; listing: Buffer },
  listing: RawListing,
  signal: AbortSignal,
): Promise<SnapshotChanges | undefined> {
  const difference = compareListings(last.listing, listing.bytes);
  if (difference === undefined || listing.unreadable.length > 0) return undefined;
  const { added, removed } = difference;
  const absent = new Set(last.again);
  const names = [...new Set([...last.changed, ...absent, ...added])].filter(
    (name) => !removed.has(name),
  );
  const look = { ...request, start: fromNothing };
  const found = await findContents(look, { names, undecodable: [], unreadable: [] }, signal);
  const taken = new Set(found.files.map((file) => file.path));
  const gone = new Set([...last.changed, ...removed].filter((name) => !absent.has(name)));
  return {
    toRead: [...taken],
    dropped: [...gone].filter((name) => !taken.has(name)),
    someAreNew: [...taken].some((name) => !gone.has(name)),
    files: last.files - gone.size + taken.size,
    leftOut: found.leftOut,
    ...(found.nested ? {} : { again: names.filter((name) => !taken.has(name)) }),
  };
}
