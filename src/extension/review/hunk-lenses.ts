/** The lenses over each hunk of the proposed side: what can be decided, and what was. */
import * as vscode from 'vscode';
import type { HunkDecision, ReviewedFile } from '../../shared/changes.ts';
import { type HunkPlace, placeHunks } from '../../shared/hunk-places.ts';
import { lensLine } from '../../shared/lens-lines.ts';
import { movedLines } from '../../shared/moved-lines.ts';
import { commandIds } from '../ids.ts';
import { parseReviewUri, type ReviewedUri } from '../review-uris.ts';
import type { ReviewSource, ShownTexts } from './shown-texts.ts';

/** What a lens hands to its command. */
export type HunkTarget = Pick<ReviewedUri, 'runId' | 'path'> & { hunkId: string };

export function hunkLenses(
  source: ReviewSource,
  texts: ShownTexts,
  changed: vscode.Event<void>,
): vscode.CodeLensProvider {
  return {
    onDidChangeCodeLenses: changed,
    async provideCodeLenses(document) {
      const at = parseReviewUri(document.uri);
      if (!at) return [];
      const state = await source.state(at.runId);
      const file = state.changes?.files.find((each) => each.path === at.path);
      if (!file || state.status !== 'reviewing') return [];
      if (file.hunks.length === 0) return wholeLenses(at, file.whole);
      const base = await texts.of({ ...at, side: 'base' });
      const lines = { base: linesOf(base, file), shown: linesOf(await texts.of(at), file) };
      const { forth } = movedLines(lines.shown, document.getText().split(/\r?\n/));
      const last = Math.max(0, document.lineCount - 1);
      return placed(file, lines).flatMap(({ place, line: shown }) => {
        const line = Math.min(forth(shown), last);
        return lensesAt({ ...at, hunkId: place.hunk.id }, { ...place, line }, file);
      });
    },
  };
}

function placed(
  file: ReviewedFile,
  lines: Parameters<typeof lensLine>[1],
): Array<{ place: HunkPlace; line: number }> {
  let from = 0;
  return placeHunks(file).map((place) => {
    const line = lensLine(place, lines, from);
    from = place.line + place.lines;
    return { place, line };
  });
}

/** Bytes that are neither UTF-8 nor UTF-16 have the same line ends, which is all that counts here. */
export function linesOf(
  bytes: Uint8Array | undefined,
  { encoding }: Pick<ReviewedFile, 'encoding'>,
): string[] {
  return new TextDecoder(encoding).decode(bytes).split(/\r?\n/);
}

function lensesAt(target: HunkTarget, place: HunkPlace, file: ReviewedFile): vscode.CodeLens[] {
  const range = new vscode.Range(place.line, 0, place.line, 0);
  const { id } = place.hunk;
  const lens = (title: string, command: string, tooltip: string) =>
    new vscode.CodeLens(range, { title, command, tooltip, arguments: [target] });
  const marks = [
    ...(file.edited?.includes(id) ? ['$(edit) Edited by you'] : []),
    ...(file.unseen?.includes(id) ? ['$(sparkle) New'] : []),
  ].map((title) => new vscode.CodeLens(range, { title, command: '' }));
  const accept = lens('$(check) Accept hunk', commandIds.acceptHunk, 'This change will be applied');
  const reject = lens('$(x) Reject hunk', commandIds.rejectHunk, 'This change will not be applied');
  const undo = (word: string) =>
    lens(`$(discard) ${word}: undo`, commandIds.undoDecision, 'Back to undecided');
  const decided: Record<HunkDecision, vscode.CodeLens[]> = {
    undecided: [accept, reject],
    accepted: [undo('Accepted'), reject],
    rejected: [accept, undo('Rejected')],
  };
  return [...decided[place.decision], ...marks];
}

/** A file that is decided whole has no hunk to name. */
function wholeLenses({ runId, path }: ReviewedUri, whole: HunkDecision): vscode.CodeLens[] {
  const range = new vscode.Range(0, 0, 0, 0);
  const lens = (title: string, command: string) =>
    new vscode.CodeLens(range, { title, command, arguments: [{ runId, path }] });
  const accept = lens('$(check-all) Accept file', commandIds.acceptFile);
  const reject = lens('$(close-all) Reject file', commandIds.rejectFile);
  const undo = (word: string) => lens(`$(discard) ${word}: undo`, commandIds.undoDecision);
  const decided: Record<HunkDecision, vscode.CodeLens[]> = {
    undecided: [accept, reject],
    accepted: [undo('Accepted'), reject],
    rejected: [accept, undo('Rejected')],
  };
  return decided[whole];
}
