/** The count of undecided hunks beside the name of a reviewed file, in tabs and in the tree. */
import * as vscode from 'vscode';
import { isInConflict, undecidedCount } from '../../shared/changes.ts';
import { fileStateWords } from '../../shared/file-state.ts';
import { parseReviewUri } from '../review-uris.ts';
import type { ReviewSource } from './shown-texts.ts';

const conflictColor = new vscode.ThemeColor('gitDecoration.conflictingResourceForeground');

export function reviewDecorations(
  source: ReviewSource,
  changed: vscode.Event<vscode.Uri[]>,
): vscode.FileDecorationProvider {
  return {
    onDidChangeFileDecorations: changed,
    async provideFileDecoration(uri) {
      const at = parseReviewUri(uri);
      if (at?.side !== 'proposed') return undefined;
      const state = await source.state(at.runId);
      const file = state.changes?.files.find((each) => each.path === at.path);
      if (!file || state.status !== 'reviewing') return undefined;
      const open = undecidedCount(file);
      // Two characters are all that there is room for.
      const badge = open > 99 ? '99' : String(open);
      const tooltip = fileStateWords(file);
      if (isInConflict(file)) return { badge, tooltip, color: conflictColor, propagate: false };
      return { ...(open > 0 ? { badge } : {}), tooltip, propagate: false };
    },
  };
}
