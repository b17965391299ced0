/** What the person saved in the review, as a new proposal of the change set: merged onto whatever it is by now. */
import type { Staging } from '../../engine/ports.ts';
import { proposedMode } from '../../shared/changes.ts';
import { MusterError } from '../../shared/muster-error.ts';
import type { RunState } from '../../shared/run-state.ts';
import { mergeTexts } from '../git/merge-texts.ts';
import { withoutSpacing } from './without-spacing.ts';

export type SavedText = {
  path: string;
  /** What the editor had been given last. */
  served: Uint8Array;
  /** What the person had typed before anything that edits at a save did; absent where not known. */
  typed?: Uint8Array;
  saved: Uint8Array;
};

export type ProposedEdit = { path: string; basedOn: string; head: string };

/**
 * @returns undefined when it leaves the proposal as it is
 * @throws MusterError `wrong-decision` where there is no such proposal now
 */
export async function proposeEdit(
  staging: Staging,
  { changes }: Pick<RunState, 'changes'>,
  { text, signal }: { text: SavedText; signal: AbortSignal },
): Promise<ProposedEdit | undefined> {
  const { path } = text;
  const file = changes?.files.find((each) => each.path === path);
  if (!changes || !file) throw notReviewed(path, changes !== undefined);
  const wanted = await meant(text, signal);
  if (isSame(wanted, text.served)) return undefined;
  const now = await staging.readFile(changes.head, path);
  const merged = await merge({ base: text.served, now: now ?? new Uint8Array(), wanted }, signal);
  if (now && isSame(merged, now)) return undefined;
  const side = { bytes: merged, mode: proposedMode(file) };
  const head = await staging.replaceFiles(changes.head, [{ path, side }], signal);
  return { path, basedOn: changes.head, head };
}

function notReviewed(path: string, others: boolean): MusterError {
  const why = others
    ? `${path} is not in the change set: it is as it was before the run`
    : 'The review is closed, or an agent works on what was sent back';
  return new MusterError(
    'wrong-decision',
    `${why}. Nothing was saved; your text is kept in the editor.`,
  );
}

/** What stands where rejected hunks were is the base; the proposal keeps them unless they were written over. */
async function merge(
  texts: { base: Uint8Array; now: Uint8Array; wanted: Uint8Array },
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (isSame(texts.base, texts.now)) return texts.wanted;
  return (await mergeTexts(texts, 'wanted', signal)) ?? texts.wanted;
}

async function meant(
  { served, typed, saved }: SavedText,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const own = typed ? await withoutSpacing(typed, saved, { spacing: 'anywhere', signal }) : saved;
  return withoutSpacing(served, own, { spacing: 'at-ends', signal });
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
