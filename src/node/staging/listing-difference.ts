/** What two listings of the same folder differ in, without making text of what they share. */
import { splitNames } from '../git/null-separated.ts';

export type ListingDifference = { added: Set<string>; removed: Set<string> };

/** @returns undefined where a name that differs is no text */
export function compareListings(before: Buffer, after: Buffer): ListingDifference | undefined {
  const none = { added: new Set<string>(), removed: new Set<string>() };
  if (before.equals(after)) return none;
  const start = sharedStart(before, after);
  const end = sharedEnd(before.subarray(start), after.subarray(start));
  const old = splitNames(before.subarray(start, before.length - end));
  const now = splitNames(after.subarray(start, after.length - end));
  if (old.undecodable.length + now.undecodable.length > 0) return undefined;
  const added = new Set(now.names);
  const removed = new Set(old.names);
  // What the person added to their index moves from one part of the listing to the other.
  for (const name of old.names) if (added.delete(name)) removed.delete(name);
  return { added, removed };
}

/** In bytes, up to the end of a name. */
function sharedStart(before: Buffer, after: Buffer): number {
  const length = Math.min(before.length, after.length);
  let at = 0;
  while (at < length && before[at] === after[at]) at += 1;
  return at === 0 ? 0 : before.lastIndexOf(0, at - 1) + 1;
}

/** In bytes, from the end of a name on. */
function sharedEnd(before: Buffer, after: Buffer): number {
  const length = Math.min(before.length, after.length);
  let shared = 0;
  while (
    shared < length &&
    before[before.length - 1 - shared] === after[after.length - 1 - shared]
  ) {
    shared += 1;
  }
  if (shared === 0) return 0;
  const firstEnd = after.indexOf(0, after.length - shared);
  return firstEnd === -1 ? 0 : after.length - firstEnd - 1;
}
