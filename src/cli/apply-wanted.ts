/** Which changes the command line applies: what was not decided yet, or what is named. */
import {
  fileDecision,
  type HunkDecision,
  hasAccepted,
  isInConflict,
  lacksOwnYes,
  namesOf,
  type ReviewedFile,
} from '../shared/changes.ts';
import type { Instruction } from '../shared/instruction.ts';
import { MusterError } from '../shared/muster-error.ts';
import type { RunState } from '../shared/run-state.ts';

type AcceptChange = Extract<Instruction, { do: 'decide-change' }>;

/** What is named to be applied, and the protected files that have a yes by name. */
export type Named = {
  only?: readonly string[] | undefined;
  allowProtected?: readonly string[] | undefined;
};

/**
 * Accepts what was not decided and applies what is accepted. What the person rejected stays
 * rejected, and a file in conflict has to be named; a protected one needs a yes by name besides.
 * @throws MusterError `wrong-decision`, `bad-input`, `protected`
 */
export function applyWanted(state: RunState, named: Named = {}): Instruction[] {
  const { only, allowProtected = [] } = named;
  const files = state.changes?.files ?? [];
  const fits = fitsOnly(files, state.changes && only);
  const clashing = files.filter((file) => isInConflict(file) && only === undefined);
  if (clashing.length > 0) throw inConflict(clashing);
  const unnamed = unnamedProtected(state, named);
  if (unnamed.length > 0) throw notNamed(state, unnamed);
  const decided = files.flatMap((file): Instruction[] => {
    const { path } = file;
    if (fits(path)) return allowProtected.includes(path) ? confirm(file) : acceptUndecided(file);
    if (!hasAccepted(file)) return [];
    return [{ do: 'decide-change', path, decision: 'undecided' }];
  });
  return [...decided, { do: 'apply' }];
}

/** Naming a protected file is the yes to it; neither "all" nor `--only` is. */
export function unnamedProtected(
  { changes }: RunState,
  { only, allowProtected = [] }: Named,
): string[] {
  const files = changes?.files ?? [];
  const fits = fitsOnly(files, changes && only);
  const asking = files.filter((file) => lacksOwnYes(file) && fileDecision(file) !== 'rejected');
  const paths = asking.map(({ path }) => path).filter(fits);
  return paths.filter((path) => !allowProtected.includes(path));
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
    if (files.some((file) => namesOf(file).some((name) => isBelow(name, one)))) continue;
    const names = files.map(({ path }) => path).join(', ') || 'none';
    throw new MusterError(
      'bad-input',
      `--only ${only[index]}: no file of the change set is called so or is below it. Nothing was applied. There are: ${names}.`,
    );
  }
  const named = files.filter((file) =>
    wanted.some((one) => namesOf(file).some((name) => isBelow(name, one))),
  );
  const paths = new Set(named.map(({ path }) => path));
  return (path) => paths.has(path);
}

/** Names the hunks, so that what came into conflict meanwhile is not accepted unseen. */
function acceptUndecided({ path, hunks, decisions, whole }: ReviewedFile): AcceptChange[] {
  const isOpen = (decision: HunkDecision | undefined) => (decision ?? 'undecided') === 'undecided';
  const accepted = { do: 'decide-change', path, decision: 'accepted' } as const;
  if (hunks.length === 0) return isOpen(whole) ? [accepted] : [];
  const open = hunks.filter(({ id }) => isOpen(decisions[id])).map(({ id }) => id);
  return open.length === 0 ? [] : [{ ...accepted, hunks: open }];
}

/** A yes that was given to a file before it was put up again is given anew. */
function confirm(file: ReviewedFile): Instruction[] {
  const open = acceptUndecided(file);
  const again = open.length === 0 && lacksOwnYes(file) ? acceptAgain(file) : open;
  return again.map((each) => ({ ...each, confirmed: true }));
}

function acceptAgain({ path, hunks, decisions, whole }: ReviewedFile): AcceptChange[] {
  const accept = { do: 'decide-change', path, decision: 'accepted' } as const;
  if (hunks.length === 0) return whole === 'accepted' ? [accept] : [];
  const accepted = hunks.filter(({ id }) => decisions[id] === 'accepted').map(({ id }) => id);
  return accepted.length === 0 ? [] : [{ ...accept, hunks: accepted }];
}

function notNamed({ runId }: RunState, paths: readonly string[]): MusterError {
  const need = paths.length === 1 ? 'is protected and needs' : 'are protected and need';
  return new MusterError(
    'protected',
    `Nothing was applied: ${paths.join(', ')} ${need} a yes by name. Look at the change (muster show ${runId} --transcript), then add ${paths.map((path) => `--allow-protected ${path}`).join(' ')}.`,
  );
}

function inConflict(files: readonly ReviewedFile[]): MusterError {
  const names = files.map(({ path, conflict }) => `  ${path}: ${conflict?.reason}`).join('\n');
  return new MusterError(
    'wrong-decision',
    `Nothing was applied. These files were changed in the same places as by the run:\n${names}\nDecide in the editor, or name with --only what is to be applied: a file in conflict that is named there gets the run's lines in these places.`,
  );
}
