/** Files and hunks between two trees: what a task changed, and what the person reviews. */
import * as z from 'zod';
import { WideEncoding } from './byte-lines.ts';
import { ProtectedKind } from './protected-files.ts';
import { Undivided } from './undivided.ts';

/**
 * One contiguous change between base and proposal. Line numbers count from 1; a count of 0 means
 * that the side has no lines there and `start` is the line after which the other side's stand.
 */
export const Hunk = z.object({
  id: z.string().min(1),
  baseStart: z.number().int().nonnegative(),
  baseLines: z.number().int().nonnegative(),
  headStart: z.number().int().nonnegative(),
  headLines: z.number().int().nonnegative(),
  /** Names of characters in its new lines that do not show, e.g. `U+202E`, each once. */
  hidden: z.array(z.string()).exactOptional(),
});
export type Hunk = z.infer<typeof Hunk>;

export const FileChange = z.object({
  path: z.string().min(1),
  status: z.enum(['added', 'modified', 'deleted']),
  /** Its path in the base, where that is another: to be looked up there, and gone once it is applied. */
  renamedFrom: z.string().min(1).exactOptional(),
  /** git file modes, e.g. `100644`; absent on the side where the file does not exist. */
  baseMode: z.string().exactOptional(),
  headMode: z.string().exactOptional(),
  additions: z.number().int().nonnegative(),
  deletions: z.number().int().nonnegative(),
  binary: z.boolean(),
  /** Empty for a binary file, a symlink and a change of mode alone: those are decided whole. */
  hunks: z.array(Hunk),
  /** Of both sides; absent where a line ends with one byte, as it does in UTF-8. */
  encoding: WideEncoding.exactOptional(),
  /** Why there are no hunks, where that is not plain to see. */
  undivided: Undivided.exactOptional(),
  /** Needs a yes of its own, which nothing that decides many files gives. */
  protected: ProtectedKind.exactOptional(),
});
export type FileChange = z.infer<typeof FileChange>;

export const HunkDecision = z.enum(['accepted', 'rejected', 'undecided']);
export type HunkDecision = z.infer<typeof HunkDecision>;

/** Lines of a file, from 1; `lines` 0 names the place after line `start`. */
const Place = z.object({
  start: z.number().int().nonnegative(),
  lines: z.number().int().nonnegative(),
});

/** A file that moved on in places that were accepted, and is decided anew as it stands now. */
export const FileConflict = z.object({
  path: z.string().min(1),
  reason: z.string(),
  /** Where, in the file as it stands now; empty when it is decided whole. */
  places: z.array(Place),
  /** Against the new base; absent where nothing is left to decide. */
  change: FileChange.exactOptional(),
});
export type FileConflict = z.infer<typeof FileConflict>;

/** A file of the change set with the decision on each hunk, or on the whole where it has none. */
export const ReviewedFile = FileChange.extend({
  decisions: z.record(z.string(), HunkDecision),
  whole: HunkDecision,
  /** Hunks with lines of the person's own; present, and maybe empty, once they edited the file. */
  edited: z.array(z.string()).exactOptional(),
  /** Hunks that came since the person last had the change set; empty for a file without hunks. */
  unseen: z.array(z.string()).exactOptional(),
  /** Set since apply found that it moved on in the same places. */
  conflict: FileConflict.pick({ reason: true, places: true }).exactOptional(),
  /** The person has said yes to this protected file by itself. */
  confirmed: z.boolean().exactOptional(),
});
export type ReviewedFile = z.infer<typeof ReviewedFile>;

/** What the person wants changed; without `hunk` it is about the file as a whole. */
export const ReviewComment = z.object({
  path: z.string(),
  hunk: z.string().exactOptional(),
  text: z.string().trim().min(1),
});
export type ReviewComment = z.infer<typeof ReviewComment>;

/** The one word for a file: `mixed` when its hunks were decided differently. */
export function fileDecision(file: ReviewedFile): HunkDecision | 'mixed' {
  if (file.hunks.length === 0) return file.whole;
  const seen = new Set(file.hunks.map((hunk) => file.decisions[hunk.id] ?? 'undecided'));
  if (isRenameAccepted(file)) seen.add('accepted');
  const [only] = seen;
  return seen.size === 1 && only !== undefined ? only : 'mixed';
}

export function undecidedCount(file: ReviewedFile): number {
  if (file.hunks.length === 0) return file.whole === 'undecided' ? 1 : 0;
  return file.hunks.filter((hunk) => (file.decisions[hunk.id] ?? 'undecided') === 'undecided')
    .length;
}

/** True while a yes to the file would not count, because it was not given to this file alone. */
export function lacksOwnYes(file: Pick<ReviewedFile, 'protected' | 'confirmed'>): boolean {
  return file.protected !== undefined && file.confirmed !== true;
}

export function hasAccepted(file: ReviewedFile): boolean {
  if (file.hunks.length === 0) return file.whole === 'accepted';
  if (isRenameAccepted(file)) return true;
  return file.hunks.some((hunk) => file.decisions[hunk.id] === 'accepted');
}

/** The file was accepted as a whole, whatever of its hunks was rejected then: its new name stays accepted. */
function isRenameAccepted({ renamedFrom, whole }: ReviewedFile): boolean {
  return renamedFrom !== undefined && whole === 'accepted';
}

/** Where the file stands in the base. */
export function basePath({
  path,
  renamedFrom = path,
}: Pick<FileChange, 'path' | 'renamedFrom'>): string {
  return renamedFrom;
}

/** Nothing but the name, and maybe the mode, is another. */
export function isNameAlone(file: FileChange): boolean {
  const { renamedFrom, hunks, additions, deletions, binary, undivided } = file;
  const isText = !binary && undivided === undefined;
  return renamedFrom !== undefined && isText && hunks.length + additions + deletions === 0;
}

/** A renamed file can be called by its old name too. */
export function namesOf(file: Pick<FileChange, 'path' | 'renamedFrom'>): string[] {
  return file.renamedFrom === undefined ? [file.path] : [file.path, file.renamedFrom];
}

/** A deletion that a person writes into is none any more, and has the mode that it had. */
export function proposedMode({ headMode, baseMode }: FileChange): string {
  return headMode ?? baseMode ?? '100644';
}

/** As a person reads it: `a → b` for a renamed file. */
export function shownPath({ path, renamedFrom }: Pick<FileChange, 'path' | 'renamedFrom'>): string {
  return renamedFrom === undefined ? path : `${renamedFrom} → ${path}`;
}

/** True while a conflict waits for the person. */
export function isInConflict(file: ReviewedFile): boolean {
  return file.conflict !== undefined && undecidedCount(file) > 0;
}

/** Lines of a notebook are no lines of its cells: a part of its file is no notebook. */
export function isWholeFile(path: string): boolean {
  return path.toLowerCase().endsWith('.ipynb');
}
