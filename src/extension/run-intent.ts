/** What each intent of the panel does. */
import * as vscode from 'vscode';
import { assertNever } from '../shared/assert-never.ts';
import { isInConflict, lacksOwnYes, type ReviewedFile } from '../shared/changes.ts';
import type { Decision } from '../shared/decision.ts';
import type { RunId } from '../shared/ids.ts';
import type { Instruction } from '../shared/instruction.ts';
import type { EditResult } from '../shared/plan-edit.ts';
import type { Intent, PanelMessage } from '../shared/protocol.ts';
import { askForApiKey } from './api-key.ts';
import { revertRun } from './revert-run.ts';
import { requestFileChanges } from './review/review-commands.ts';
import type { Session } from './session.ts';

export async function runIntent(session: Session, intent: Intent): Promise<void> {
  switch (intent.type) {
    case 'ready':
      return;
    case 'start':
      await session.start(intent.task);
      return;
    case 'select-run':
      return session.select(intent.runId);
    case 'answer':
      return decide(session, intent, { decision: 'answer', answers: intent.answers });
    case 'approve':
      return decide(session, intent, { decision: 'approve', hash: intent.hash });
    case 'request-changes':
      return decide(session, intent, { decision: 'request-changes', feedback: intent.feedback });
    case 'reject':
      return decide(session, intent, { decision: 'reject' });
    case 'permission':
      return decide(
        session,
        intent,
        intent.decision === 'allow-run' && intent.prefix !== undefined
          ? { decision: 'allow-run', prefix: intent.prefix }
          : { decision: intent.decision },
      );
    case 'revoke-grant':
      return session.instruct(intent.runId, { do: 'revoke-grant', grant: intent.grant });
    case 'show-commands':
      return session.terminals.show(intent.runId, intent.agent);
    case 'raise-ceiling':
      return decide(session, intent, { decision: 'raise', limit: intent.limit });
    case 'stop-at-ceiling':
      return decide(session, intent, { decision: 'stop' });
    case 'review':
      return session.review.open(intent.runId, intent.path);
    case 'review-all':
      return session.review.openAll(intent.runId);
    case 'request-file-changes':
      return requestFileChanges(session.review, intent);
    case 'decide':
      return decideFiles(session, intent);
    case 'apply':
      return session.instruct(intent.runId, { do: 'apply' });
    case 'revert':
      return revertRun(session, intent.runId);
    case 'resume':
      await session.resume(intent.runId);
      return session.select(intent.runId);
    case 'pause':
      return session.instruct(intent.runId, { do: 'pause' });
    case 'continue':
      return session.instruct(intent.runId, { do: 'continue' });
    case 'retry-task':
      return session.instruct(intent.runId, { do: 'retry-task', taskId: intent.taskId });
    case 'skip-task':
      return session.instruct(intent.runId, { do: 'skip-task', taskId: intent.taskId });
    case 'edit-plan': {
      const { type: _, runId, approvalId, ...edit } = intent;
      const result = await session.editPlan(runId, { approvalId, edit });
      return session.panel?.post(editResult(runId, approvalId, result));
    }
    case 'edit-task': {
      const { runId, taskId, edit } = intent;
      const result = await session.editTask(runId, { taskId, edit });
      return session.panel?.post(editResult(runId, taskId, result));
    }
    case 'list-models': {
      const { runId } = intent;
      const models = await session.models(runId);
      return session.panel?.post({ type: 'models', runId, ids: models.map((each) => each.id) });
    }
    case 'cancel':
      return session.instruct(intent.runId, { do: 'cancel' });
    case 'body': {
      const text = await (await session.host()).body(intent.runId, intent.ref);
      session.panel?.post({ type: 'body', ref: intent.ref, text });
      return;
    }
    case 'set-key':
      await askForApiKey(session.context.secrets);
      return;
    case 'open-settings':
      return execute('workbench.action.openSettings', '@ext:muster.muster');
    case 'open-folder':
      return execute('vscode.openFolder');
    case 'manage-trust':
      return execute('workbench.trust.manage');
    case 'show-log':
      return session.log.show();
    default:
      return assertNever(intent);
  }
}

type EditAnswer = Extract<PanelMessage, { type: 'edit-result' }>;

function editResult(runId: RunId, subject: string, result: EditResult): EditAnswer {
  return { type: 'edit-result', runId, subject, problems: result.ok ? [] : result.problems };
}

type Approving = Extract<Intent, { approvalId: unknown }>;

function decide(session: Session, intent: Approving, decision: Decision): Promise<void> {
  const { runId, approvalId } = intent;
  return session.instruct(runId, { do: 'decide', approvalId, decision });
}

async function decideFiles(
  session: Session,
  intent: Extract<Intent, { type: 'decide' }>,
): Promise<void> {
  const { runId, path, decision, confirmed } = intent;
  if (path !== undefined) {
    const own = confirmed === undefined ? {} : { confirmed };
    return session.instruct(runId, { do: 'decide-change', path, decision, ...own });
  }
  const files = (await session.stateOf(runId)).changes?.files ?? [];
  // One press for everything gives up no lines of the person's own, and is no yes to a protected file.
  const needsOwn = (file: ReviewedFile) => lacksOwnYes(file) || isInConflict(file);
  const decided = decision === 'accepted' ? files.filter((each) => !needsOwn(each)) : files;
  const instructions = decided.map(
    (each): Instruction => ({ do: 'decide-change', path: each.path, decision }),
  );
  if (instructions.length > 0) await session.instruct(runId, ...instructions);
}

async function execute(command: string, ...args: unknown[]): Promise<void> {
  await vscode.commands.executeCommand(command, ...args);
}
