/** The commands of the review that are no decisions: the way through it, comments, and how the tree is grouped. */
import * as vscode from 'vscode';
import { RunId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { activeReview } from '../diff-review.ts';
import type { CommandName } from '../ids.ts';
import { parseReviewUri } from '../review-uris.ts';
import type { Session } from '../session.ts';

type ReviewCommand = Extract<
  CommandName,
  | 'reviewAll'
  | 'nextHunk'
  | 'previousHunk'
  | 'requestFileChanges'
  | 'keepComment'
  | 'sendComments'
  | 'discardComment'
  | 'changesByFile'
  | 'changesByTask'
>;

export async function runReviewCommand(
  session: Session,
  name: ReviewCommand,
  args: readonly unknown[],
): Promise<void> {
  const { review } = session;
  const runId = async () => activeReview()?.runId ?? (await session.requireSelected()).runId;
  switch (name) {
    case 'reviewAll':
      return review.openAll((await session.requireSelected()).runId);
    case 'nextHunk':
      return review.go(await runId(), 'next');
    case 'previousHunk':
      return review.go(await runId(), 'previous');
    case 'requestFileChanges':
      return requestFileChanges(review, args[0]);
    case 'keepComment':
      return review.comments.keep(args[0]);
    case 'sendComments':
      return review.comments.send(args[0]);
    case 'discardComment':
      return review.comments.discard(args[0]);
    case 'changesByFile':
      return review.groupTree('file');
    case 'changesByTask':
      return review.groupTree('task');
  }
}

export async function requestFileChanges(
  review: Session['review'],
  argument: unknown,
): Promise<void> {
  const at = reviewTargetOf(argument) ?? activeReview();
  if (!at) {
    throw new MusterError(
      'wrong-decision',
      'No diff of a run is open. Open the diff of the file that should be different.',
    );
  }
  const text = await vscode.window.showInputBox({
    title: `Muster: Request Changes to ${at.path}`,
    prompt: 'What should be different? It goes to the agent that wrote the file.',
    ignoreFocusOut: true,
  });
  if (text?.trim()) await review.comments.sendFor(at.runId, at.path, text);
}

/** What menus and lenses hand over: an address of the review, a node of the tree, or a target. */
export function reviewTargetOf(value: unknown): { runId: RunId; path: string } | undefined {
  if (value instanceof vscode.Uri) {
    const at = parseReviewUri(value);
    if (at) return at;
    throw new MusterError('wrong-decision', 'This file is not part of a review.');
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('runId' in value) || !('path' in value) || typeof value.path !== 'string') return undefined;
  const runId = RunId.safeParse(value.runId);
  return runId.success ? { runId: runId.data, path: value.path } : undefined;
}
