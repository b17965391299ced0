/** What each command does; without an argument it acts on the selected run or the active diff. */
import * as vscode from 'vscode';
import { assertNever } from '../shared/assert-never.ts';
import { type HunkDecision, lacksOwnYes, shownPath } from '../shared/changes.ts';
import type { Decision } from '../shared/decision.ts';
import { showHidden } from '../shared/hidden-characters.ts';
import type { RunId } from '../shared/ids.ts';
import { MusterError } from '../shared/muster-error.ts';
import { protectionWords } from '../shared/protected-files.ts';
import { openApprovals } from '../shared/run-state.ts';
import { askForApiKey } from './api-key.ts';
import { activeReview } from './diff-review.ts';
import type { CommandName } from './ids.ts';
import { requireFolder } from './readiness.ts';
import { revertRun } from './revert-run.ts';
import type { HunkTarget } from './review/hunk-lenses.ts';
import { reviewTargetOf, runReviewCommand } from './review/review-commands.ts';
import type { Session } from './session.ts';
import { taskOf } from './task-argument.ts';

export async function runCommand(
  session: Session,
  name: CommandName,
  args: readonly unknown[],
): Promise<unknown> {
  switch (name) {
    case 'orchestrateTask':
      return orchestrate(session, taskOf(args[0]));
    case 'approvePlan':
      return decidePlan(session, 'approve');
    case 'rejectPlan':
      return decidePlan(session, 'reject');
    case 'requestChanges':
      return decidePlan(session, 'request-changes');
    case 'cancelRun':
      return session.instruct((await session.requireSelected()).runId, { do: 'cancel' });
    case 'pauseRun':
      return session.instruct((await session.requireSelected()).runId, { do: 'pause' });
    case 'resumeRun': {
      const { runId } = await session.requireSelected();
      await session.resume(runId);
      return session.select(runId);
    }
    case 'reviewChanges': {
      const at = reviewTargetOf(args[0]);
      return at
        ? session.review.open(at.runId, at.path)
        : session.review.open((await session.requireSelected()).runId);
    }
    case 'reviewAll':
    case 'nextHunk':
    case 'previousHunk':
    case 'requestFileChanges':
    case 'keepComment':
    case 'sendComments':
    case 'discardComment':
    case 'changesByFile':
    case 'changesByTask':
      return runReviewCommand(session, name, args);
    case 'acceptHunk':
      return decideHunk(session, args[0], 'accepted');
    case 'rejectHunk':
      return decideHunk(session, args[0], 'rejected');
    case 'undoDecision':
      return isHunkTarget(args[0])
        ? decideHunk(session, args[0], 'undecided')
        : undo(session, args[0]);
    case 'acceptFile':
      return decideActiveFile(session, 'accepted', args[0]);
    case 'rejectFile':
      return decideActiveFile(session, 'rejected', args[0]);
    case 'applyAccepted': {
      const { runId } = activeReview() ?? (await session.requireSelected());
      return session.instruct(runId, { do: 'apply' });
    }
    case 'revertRun':
      return revertRun(session, (await session.requireSelected()).runId);
    case 'showRuns':
      await session.focusPanel();
      return session.select(null);
    case 'setApiKey':
      return askForApiKey(session.context.secrets);
    case 'showCommands':
      return showCommands(session);
    case 'showLog':
      return session.log.show();
    default:
      return assertNever(name);
  }
}

async function orchestrate(session: Session, task: string | undefined): Promise<RunId | undefined> {
  if (task === undefined) {
    await session.compose();
    return undefined;
  }
  requireFolder();
  await session.focusPanel();
  return (await session.start(task)).state.runId;
}

/** The terminal of an agent of the selected run; which one is asked where there are several. */
async function showCommands(session: Session): Promise<void> {
  const { runId, conversations } = await session.requireSelected();
  const agents = [
    ...new Set(conversations.filter((each) => each.laneId !== undefined).map((each) => each.agent)),
  ];
  const [only] = agents;
  if (only === undefined) {
    throw new MusterError('wrong-decision', 'No agent of this run has begun to work yet.');
  }
  const title = 'Muster: Show the Commands of an Agent';
  const agent = agents.length === 1 ? only : await vscode.window.showQuickPick(agents, { title });
  if (agent !== undefined) session.terminals.show(runId, agent);
}

async function decidePlan(
  session: Session,
  decision: 'approve' | 'reject' | 'request-changes',
): Promise<void> {
  const state = await session.requireSelected();
  const approval = openApprovals(state).find((each) => each.kind === 'plan');
  if (!approval) {
    throw new MusterError(
      'wrong-decision',
      `No plan waits for a decision: the run is ${state.status}.`,
    );
  }
  const { approvalId, hash = '' } = approval;
  const decide = (made: Decision) =>
    session.instruct(state.runId, { do: 'decide', approvalId, decision: made });
  switch (decision) {
    case 'approve':
      return decide({ decision, hash });
    case 'reject':
      return decide({ decision });
    case 'request-changes': {
      const feedback = await vscode.window.showInputBox({
        title: 'Muster: Request Changes to the Plan',
        prompt: 'What should be different? The planner gets this and makes a new plan.',
        ignoreFocusOut: true,
      });
      if (!feedback?.trim()) return;
      return decide({ decision, feedback });
    }
  }
}

async function decideHunk(
  session: Session,
  argument: unknown,
  decision: HunkDecision,
): Promise<void> {
  if (isHunkTarget(argument)) {
    const { runId, path, hunkId } = argument;
    return decideOne(session, runId, { path, hunks: [hunkId], decision });
  }
  const at = await session.review.atCursor();
  if (!at || at.hunks.length === 0) {
    throw new MusterError(
      'wrong-decision',
      'The cursor is not on a change. Open a diff of the run and put the cursor on the change that you mean.',
    );
  }
  const { runId, path, hunks } = at;
  return decideOne(session, runId, { path, hunks, decision });
}

/** By key of the hunks at the cursor, by a button of the file; a key beside all hunks undoes none of them. */
async function undo(session: Session, argument: unknown): Promise<void> {
  const at = argument === undefined ? await session.review.atCursor() : undefined;
  const { changes } = at ? await session.stateOf(at.runId) : {};
  const file = changes?.files.find((each) => each.path === at?.path);
  if (!file || file.hunks.length === 0) return decideActiveFile(session, 'undecided', argument);
  return decideHunk(session, undefined, 'undecided');
}

async function decideActiveFile(
  session: Session,
  decision: HunkDecision,
  argument: unknown,
): Promise<void> {
  const at = reviewTargetOf(argument) ?? activeReview();
  if (!at)
    throw new MusterError(
      'wrong-decision',
      'No diff of a run is open. Open one from the list of changes.',
    );
  return decideOne(session, at.runId, { path: at.path, decision });
}

/** A protected file is asked about by itself, whichever way it is accepted. */
async function decideOne(
  session: Session,
  runId: RunId,
  which: { path: string; hunks?: string[]; decision: HunkDecision },
): Promise<void> {
  const { changes } = await session.stateOf(runId);
  const file = changes?.files.find((each) => each.path === which.path);
  if (which.decision !== 'accepted' || !file?.protected || !lacksOwnYes(file)) {
    return session.instruct(runId, { do: 'decide-change', ...which });
  }
  const accept = 'Accept protected file';
  const detail = `It is protected: ${protectionWords[file.protected]}.`;
  const question = `Accept the change of ${showHidden(shownPath(file))}?`;
  const chosen = await vscode.window.showWarningMessage(question, { modal: true, detail }, accept);
  if (chosen !== accept) return;
  await session.instruct(runId, { do: 'decide-change', ...which, confirmed: true });
}

function isHunkTarget(value: unknown): value is HunkTarget {
  return (
    typeof value === 'object' &&
    value !== null &&
    'hunkId' in value &&
    'runId' in value &&
    'path' in value
  );
}
