/** Failures of the disk below the journal, in words for the person. */
import { MusterError } from '../../shared/muster-error.ts';

const checkAndResume = "Check Muster's state folder, then resume the run.";

/** @param what what could not be done, e.g. `The run's log could not be written` */
export function storageError(what: string, cause?: unknown, advised?: string): MusterError {
  const { reason, advice = advised } = explain(cause);
  const because = reason === '' ? '' : ` (${reason})`;
  return new MusterError(
    'storage',
    `${what}${because}. What was recorded before is kept, and your files were not touched. ${advice ?? checkAndResume}`,
    { cause },
  );
}

function explain(cause: unknown): { reason: string; advice?: string } {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return { reason: 'the disk is full', advice: 'Free some space, then resume the run.' };
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return {
        reason: 'no permission to write there',
        advice: "Make Muster's state folder writable, then resume the run.",
      };
    default:
      return { reason: code };
  }
}
