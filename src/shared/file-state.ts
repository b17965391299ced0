/** What was decided about a file of the change set, in one word, and its counts. */
import {
  fileDecision,
  hasAccepted,
  isInConflict,
  isNameAlone,
  lacksOwnYes,
  type ReviewedFile,
  undecidedCount,
} from './changes.ts';

export type FileState =
  | 'undecided'
  | 'accepted'
  | 'rejected'
  | 'partly'
  | 'undecided in part'
  /** It moved on in the same places, and is to be decided anew. */
  | 'conflict';

export function fileState(file: ReviewedFile): FileState {
  if (isInConflict(file)) return 'conflict';
  const decision = fileDecision(file);
  if (decision !== 'mixed') return decision;
  return undecidedCount(file) > 0 ? 'undecided in part' : 'partly';
}

const stateWords: Record<FileState, string> = {
  undecided: 'undecided',
  accepted: 'accepted',
  rejected: 'rejected',
  partly: 'partly accepted',
  'undecided in part': 'undecided in part',
  conflict: 'conflict, decide anew',
};

/** e.g. `2 of 3 hunks undecided, edited by you, new`. */
export function fileStateWords(file: ReviewedFile): string {
  const { hunks, edited, unseen } = file;
  const open = undecidedCount(file);
  const state = fileState(file);
  const partly = `${open} of ${hunks.length} hunks undecided`;
  return [
    state === 'undecided in part' ? partly : stateWords[state],
    ...(edited ? ['edited by you'] : []),
    ...(unseen ? ['new since you looked'] : []),
    ...(needsOwnYes(file) ? ['protected, needs a yes of its own'] : []),
  ].join(', ');
}

/** Nothing that decides many files accepts it, and what stands accepted would not be applied. */
export function needsOwnYes(file: ReviewedFile): boolean {
  return lacksOwnYes(file) && (undecidedCount(file) > 0 || hasAccepted(file));
}

export function fileStatus({
  status,
  renamedFrom,
}: Pick<ReviewedFile, 'status' | 'renamedFrom'>): ReviewedFile['status'] | 'renamed' {
  return renamedFrom === undefined ? status : 'renamed';
}

/** Where it is not what it is nearly everywhere. */
export function encodingWords({ encoding }: Pick<ReviewedFile, 'encoding'>): string[] {
  if (encoding === undefined) return [];
  return [encoding === 'utf-16le' ? 'UTF-16 LE' : 'UTF-16 BE'];
}

/** e.g. `UTF-16 LE, 3 hunks, +12 -4`. */
export function sizeWords(file: ReviewedFile): string {
  if (file.undivided) return 'whole file';
  if (file.binary) return 'binary, whole file';
  const lines = isNameAlone(file) ? 'same text' : `+${file.additions} -${file.deletions}`;
  return [...encodingWords(file), hunkWords(file), lines].join(', ');
}

export function hunkWords({ hunks }: Pick<ReviewedFile, 'hunks'>): string {
  if (hunks.length === 0) return 'whole file';
  return hunks.length === 1 ? '1 hunk' : `${hunks.length} hunks`;
}

export function totalUndecided(files: readonly ReviewedFile[]): number {
  return files.reduce((sum, file) => sum + undecidedCount(file), 0);
}
