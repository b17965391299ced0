/** A change meets what stands in the workspace now: it fits, is merged with what was changed since, or conflicts. */
import type { Conflict, FileSide, FileWrite } from '../../engine/apply-port.ts';
import { isWholeFile } from '../../shared/changes.ts';
import type { MergeTexts, ThreeTexts } from '../git/merge-texts.ts';
import type { FileState } from './workspace-file.ts';

export type Merged =
  | { outcome: 'fits' }
  /** The write to make instead. */
  | { outcome: 'merged'; write: FileWrite }
  | { outcome: 'conflict'; conflict: Conflict };

/** What stands there, or nothing: a folder is refused before. */
export type Standing = Exclude<FileState, { kind: 'folder' }>;

export async function mergeWrite(
  write: FileWrite,
  state: Standing,
  merge: MergeTexts,
): Promise<Merged> {
  const { before, after } = write;
  const now = sideOf(state);
  const conflict = (why: string) => conflictOf(write, state, { why, merge });
  if (isOrigin(write, now)) return { outcome: 'fits' };
  if (before === undefined) {
    return now ? conflict('a file of this name was made since the run began') : { outcome: 'fits' };
  }
  if (now === undefined) return conflict('it was deleted since the run began');
  if (isLink(now.mode) !== isLink(write.beforeMode)) {
    const kind = isLink(now.mode) ? 'a symbolic link' : 'a file';
    return conflict(`it became ${kind} since the run began`);
  }
  if (isUnchanged(write, now)) return { outcome: 'fits' };
  if (after === undefined) return conflict('it has changed since the run began');
  const bytes = await mergedBytes(
    write.path,
    { base: before, now: now.bytes, wanted: after },
    {
      isText: !isLink(now.mode) && !isLink(write.afterMode),
      merge,
    },
  );
  if (bytes === undefined) {
    return conflict('it has changed since the run began, in the same places');
  }
  return {
    outcome: 'merged',
    write: { ...write, after: bytes, afterMode: mergedMode(write, now.mode) },
  };
}

/** @param why in words that a person reads after the file's name */
export async function conflictOf(
  write: FileWrite,
  state: Standing,
  { why, merge }: { why: string; merge: MergeTexts },
): Promise<{ outcome: 'conflict'; conflict: Conflict }> {
  const now = sideOf(state);
  const proposed = await proposedOver(write, now, merge);
  return {
    outcome: 'conflict',
    conflict: { path: write.path, reason: why, ...(now && { now }), ...proposed },
  };
}

export function sideOf(state: Standing): FileSide | undefined {
  switch (state.kind) {
    case 'missing':
      return undefined;
    case 'link':
      return { bytes: state.bytes, mode: '120000' };
    case 'file':
      return { bytes: state.bytes, mode: state.executable ? '100755' : '100644' };
  }
}

function isLink(mode: string | undefined): boolean {
  return mode === '120000';
}

/** The person has taken back what conflicted. */
function isOrigin({ origin }: FileWrite, now: FileSide | undefined): boolean {
  if (origin === undefined) return false;
  if (origin.bytes === undefined || now === undefined) return origin.bytes === now?.bytes;
  return isEqual(origin.bytes, now.bytes) && isSameMode(origin.mode, now.mode);
}

function isUnchanged({ before, beforeMode }: FileWrite, now: FileSide): boolean {
  return before !== undefined && isEqual(before, now.bytes) && isSameMode(beforeMode, now.mode);
}

/** Windows knows no permission to execute. */
function isSameMode(left: string | undefined, right: string | undefined): boolean {
  return left === undefined || left === right || process.platform === 'win32';
}

/** The side that changed it wins; there are only two modes of a file, so both cannot differ. */
function mergedMode({ beforeMode, afterMode }: FileWrite, now: string): string {
  return isSameMode(beforeMode, now) ? (afterMode ?? now) : now;
}

async function mergedBytes(
  path: string,
  texts: ThreeTexts,
  { isText, merge }: { isText: boolean; merge: MergeTexts },
): Promise<Uint8Array | undefined> {
  const { base, now, wanted } = texts;
  if (isEqual(base, now) || isEqual(now, wanted)) return wanted;
  if (isEqual(base, wanted)) return now;
  return isText && !isWholeFile(path) ? merge(texts, 'neither') : undefined;
}

/** The whole proposal on top of what stands there now, its own lines where both changed the same. */
async function proposedOver(
  write: FileWrite,
  now: FileSide | undefined,
  merge: MergeTexts,
): Promise<{ proposed?: FileSide }> {
  const whole = write.proposal ?? { bytes: write.after, mode: write.afterMode };
  if (whole.bytes === undefined) return {};
  const mode = whole.mode ?? now?.mode ?? '100644';
  const asItIs = { proposed: { bytes: whole.bytes, mode } };
  const areTexts = now && !isLink(now.mode) && !isLink(mode) && !isWholeFile(write.path);
  if (!areTexts || write.before === undefined || isLink(write.beforeMode)) return asItIs;
  const texts = { base: write.before, now: now.bytes, wanted: whole.bytes };
  const bytes = await merge(texts, 'wanted');
  return bytes === undefined ? asItIs : { proposed: { bytes, mode } };
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
