/** Which changes the command line applies: what was not decided yet, or what is named. */
import {
  type HunkDecision,
  hasAccepted,
  isInConflict,
  type ReviewedFile,
} from '../shared/changes.ts';
import type { Instruction } from '../shared/instruction.ts';
import { MusterError } from '../shared/muster-error.ts';
import type { RunState } from '../shared/run-state.ts';

/**
 * Accepts what was not decided and applies what is accepted. What the person rejected stays
 * rejected, and a file in conflict has to be named.
 * @throws MusterError `wrong-decision`, `bad-input`
 */
export function applyWanted(state: RunState, only?: readonly string[]): Instruction[] {
  const files = state.changes?.files ?? [];
  const fits = fitsOnly(files, state.changes && only);
  const clashing = files.filter((file) => isInConflict(file) && only === undefined);
  if (clashing.length > 0) throw inConflict(clashing);
  const decided = files.flatMap((file): Instruction[] => {
    const { path } = file;
    if (fits(path)) return acceptUndecided(file);
    if (!hasAccepted(file)) return [];
    return [{ do: 'decide-change', path, decision: 'undecided' }];
  });
  return [...decided, { do: 'apply' }];
}

/** @throws MusterError `bad-input` for a path that no file of the change set is, or is below */
export function fitsOnly(
  files: readonly ReviewedFile[],
  only: readonly string[] | undefined,
): (path: string) => boolean {
  if (only === undefined) return () => true;
  const wanted = only.map((path) => path.replaceAll('\\', '/').replace(/^(\.\/)+|\/+$/g, ''));
  const isBelow = (path: string, one: string) => path === one || path.startsWith(`${one}/`);
  for (const [index, one] of wanted.entries()) {
    if (files.some(({ path }) => isBelow(path, one))) continue;
    const names = files.map(({ path }) => path).join(', ') || 'none';
    throw new MusterError(
      'bad-input',
      `--only ${only[index]}: no file of the change set is called so or is below it. Nothing was applied. There are: ${names}.`,
    );
  }
  return (path) => wanted.some((one) => isBelow(path, one));
}

/** Names the hunks, so that what came into conflict meanwhile is not accepted unseen. */
function acceptUndecided({ path, hunks, decisions, whole }: ReviewedFile): Instruction[] {
  const isOpen = (decision: HunkDecision | undefined) => (decision ?? 'undecided') === 'undecided';
  const accepted = { do: 'decide-change', path, decision: 'accepted' } as const;
  if (hunks.length === 0) return isOpen(whole) ? [accepted] : [];
  const open = hunks.filter(({ id }) => isOpen(decisions[id])).map(({ id }) => id);
  return open.length === 0 ? [] : [{ ...accepted, hunks: open }];
}

function inConflict(files: readonly ReviewedFile[]): MusterError {
  const names = files.map(({ path, conflict }) => `  ${path}: ${conflict?.reason}`).join('\n');
  return new MusterError(
    'wrong-decision',
    `Nothing was applied. These files were changed in the same places as by the run:\n${names}\nDecide in the editor, or name with --only what is to be applied: a file in conflict that is named there gets the run's lines in these places.`,
  );
}
