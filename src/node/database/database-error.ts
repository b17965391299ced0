/** Failures of the database, in words for the person. */
import { MusterError } from '../../shared/muster-error.ts';

/** Primary result codes of SQLite, see sqlite.org/rescode.html. */
const resultCode = {
  busy: 5,
  locked: 6,
  noMemory: 7,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  tooBig: 18,
  constraint: 19,
  notADatabase: 26,
} as const;

/** The primary code of an error that SQLite reported; undefined for any other. */
function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  // The low byte; the rest tells which kind of it.
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** Another connection writes; it passes. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === resultCode.busy || code === resultCode.locked;
}

/** The file is not what was written. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code === resultCode.corrupt || code === resultCode.notADatabase;
}

/** Damage that SQLite did not report by itself. */
export function damage(message: string): Error {
  return Object.assign(new Error(message), { errcode: resultCode.corrupt });
}

/** Read-only looks fail so where a crash left a journal that only a writer may roll back. */
export function isReadOnly(error: unknown): boolean {
  const code = codeOf(error);
  return code === resultCode.readOnly || code === resultCode.cannotOpen;
}

/** @param what what could not be done, e.g. `The events of this run could not be stored` */
export function databaseError(what: string, cause: unknown): MusterError {
  if (cause instanceof MusterError) return cause;
  const { reason, advice } = explain(cause);
  return new MusterError(
    'storage',
    `${what}${reason === '' ? '' : ` (${reason})`}. What was recorded before is kept, and your files were not touched. ${advice}`,
    { cause },
  );
}

function explain(cause: unknown): { reason: string; advice: string } {
  const checkFolder = "Check Muster's state folder, then resume the run.";
  const makeWritable = "Make Muster's state folder writable, then resume the run.";
  switch (codeOf(cause)) {
    case resultCode.full:
      return { reason: 'the disk is full', advice: 'Free some space, then resume the run.' };
    case resultCode.busy:
    case resultCode.locked:
      return {
        reason: 'another program keeps the database locked',
        advice: "End what has Muster's database open, then resume the run.",
      };
    case resultCode.readOnly:
      return { reason: 'no permission to write there', advice: makeWritable };
    case resultCode.cannotOpen:
      return { reason: 'the file cannot be opened or made', advice: makeWritable };
    case resultCode.corrupt:
    case resultCode.notADatabase:
      return {
        reason: 'the database is damaged',
        advice:
          'Close all windows that use Muster on this folder and open it again: the damaged file is then set aside, never deleted.',
      };
    case resultCode.ioError:
      return { reason: 'the disk reported an error', advice: checkFolder };
    case resultCode.noMemory:
      return { reason: 'there was not enough memory', advice: 'Resume the run.' };
    case resultCode.tooBig:
      return { reason: 'it is too large', advice: 'Resume the run with a smaller task.' };
    case resultCode.constraint:
      return { reason: 'it names what was never stored', advice: 'Resume the run.' };
    default:
      return { reason: systemReason(cause), advice: checkFolder };
  }
}

function systemReason(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'no permission to write there';
    default:
      return code;
  }
}

export function noSuchRun(runId: string): MusterError {
  return new MusterError(
    'not-found',
    `There is no run ${runId} in this workspace. Nothing was changed. Look at the list of runs for its id.`,
  );
}

export function heldElsewhere(holder: { pid: number; host?: string }): MusterError {
  const where = holder.host === undefined ? '' : ` on ${holder.host}`;
  return new MusterError(
    'in-use',
    `This run is being executed by another window or command line (process ${holder.pid}${where}). Nothing was changed. Go on there, or close it and try again.`,
  );
}

export function takenOver(): MusterError {
  return new MusterError(
    'in-use',
    'This run was taken over by another window or command line, because this one did not answer for a while. What it wanted to record was not written. Go on there.',
  );
}

export function closedJournal(): MusterError {
  return new MusterError(
    'storage',
    'The log of this run is closed. What was recorded is kept. Resume the run to go on.',
  );
}
