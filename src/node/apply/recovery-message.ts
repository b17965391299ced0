/** What a person is told of an apply that a process left unfinished. */
import type { RecoveredApply } from './recover-applies.ts';

export function recoveryMessage({
  outcome,
  files,
  foreign,
  folder,
  problem,
}: RecoveredApply): string {
  const count = files.length === 1 ? 'a file' : `${files.length} files`;
  const left =
    foreign.length > 0
      ? ` Changed by somebody else meanwhile, and left as they are: ${foreign.join(', ')}.`
      : '';
  switch (outcome) {
    case 'completed':
      return `An apply of ${count} was interrupted after its last step: all of it is in place.${left}`;
    case 'rolled-back':
      return `An apply of ${count} was interrupted and has been taken back: none of it is in the workspace. Apply again from the run.${left}`;
    case 'in-progress':
      return `Another process is applying ${count} to this workspace right now.`;
    case 'failed':
      return `An apply of ${count} was interrupted and could not be taken back wholly (${problem ?? 'unknown'}). What it replaced is kept in ${folder}.${left}`;
  }
}
