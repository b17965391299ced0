/** The way through what is undecided, over all files, from where the person is. */
import type { ReviewedFile } from './changes.ts';
import { placeHunks } from './hunk-places.ts';

/** A place in a file; `line` counts from 0. */
export type ReviewPlace = { path: string; line: number };

/** @returns undefined when nothing is undecided; goes round at the end of the last file */
export function nextUndecided(
  files: readonly ReviewedFile[],
  from: ReviewPlace | undefined,
  direction: 'next' | 'previous',
): ReviewPlace | undefined {
  const open = files.flatMap(openPlaces);
  if (direction === 'previous') open.reverse();
  const order = new Map(files.map((file, index) => [file.path, index]));
  const index = from && order.get(from.path);
  if (!from || index === undefined) return open[0];
  const sign = direction === 'next' ? 1 : -1;
  const beyond = open.find(({ path, line }) => {
    const file = ((order.get(path) ?? 0) - index) * sign;
    return file > 0 || (file === 0 && (line - from.line) * sign > 0);
  });
  return beyond ?? open[0];
}

function openPlaces(file: ReviewedFile): ReviewPlace[] {
  const { path, hunks, whole } = file;
  if (hunks.length === 0) return whole === 'undecided' ? [{ path, line: 0 }] : [];
  return placeHunks(file).flatMap(({ decision, line }) =>
    decision === 'undecided' ? [{ path, line }] : [],
  );
}
