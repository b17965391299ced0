/** What a start found of an apply that was cut off, in words for the person. */
import { assertNever } from '../../shared/assert-never.ts';
import type { FoundApply } from './recover-applies.ts';

export function recoveryMessage(found: FoundApply): string {
  const { outcome, kind, files, foreign, folder, problem } = found;
  const count = files.length === 1 ? 'a file' : `${files.length} files`;
  const what = kind === 'apply' ? `An apply of ${count}` : `A revert of ${count}`;
  const left =
    foreign.length > 0
      ? ` Changed by somebody else meanwhile, and left as they are: ${foreign.join(', ')}.`
      : '';
  switch (outcome) {
    case 'completed':
      return `${what} was interrupted after its last step: all of it is in place.${left}`;
    case 'rolled-back':
      return kind === 'apply'
        ? `${what} was interrupted and has been taken back: none of it is in the workspace. Apply again from the run.${left}`
        : `${what} was interrupted and has been taken back: all that the run applied is in the workspace. Revert again from the run.${left}`;
    case 'in-progress':
      return `Another process changes ${count} of this workspace right now.`;
    case 'failed':
      return `${what} was interrupted and could not be taken back wholly (${problem ?? 'unknown'}). What it replaced is kept in ${folder}.${left}`;
    default:
      return assertNever(outcome);
  }
}
