/** Which changes the command line applies: what was not decided yet, or what is named. */
import type { RunDriver } from '../engine/run/run-driver.ts';
import { hasAccepted, isInConflict, type ReviewedFile } from '../shared/changes.ts';
import { MusterError } from '../shared/muster-error.ts';

/**
 * Accepts what was not decided and applies what is accepted. What the person rejected stays
 * rejected, and a file in conflict has to be named.
 * @throws MusterError `wrong-decision`, `bad-input`
 */
export async function applyWanted(
  driver: RunDriver,
  { by, only }: { by: string; only?: readonly string[] | undefined },
): Promise<void> {
  const files = driver.state.changes?.files ?? [];
  const fits = fitsOnly(files, only);
  const clashing = files.filter((file) => isInConflict(file) && only === undefined);
  if (clashing.length > 0) throw inConflict(clashing);
  for (const file of files) {
    if (fits(file.path)) await acceptUndecided(driver, file, by);
    else if (hasAccepted(file)) {
      await driver.decideChange({ path: file.path, decision: 'undecided' }, by);
    }
  }
  await driver.applyAccepted(by);
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

async function acceptUndecided(driver: RunDriver, file: ReviewedFile, by: string): Promise<void> {
  const { path, hunks, decisions } = file;
  if (hunks.length === 0) {
    if (file.whole === 'undecided') await driver.decideChange({ path, decision: 'accepted' }, by);
    return;
  }
  const open = hunks.flatMap(({ id }) =>
    (decisions[id] ?? 'undecided') === 'undecided' ? [id] : [],
  );
  if (open.length === 0) return;
  const which = open.length === hunks.length ? {} : { hunks: open };
  await driver.decideChange({ path, ...which, decision: 'accepted' }, by);
}

function inConflict(files: readonly ReviewedFile[]): MusterError {
  const names = files.map(({ path, conflict }) => `  ${path}: ${conflict?.reason}`).join('\n');
  return new MusterError(
    'wrong-decision',
    `Nothing was applied. These files were changed in the same places as by the run:\n${names}\nDecide in the editor, or name with --only what is to be applied: a file in conflict that is named there gets the run's lines in these places.`,
  );
}
