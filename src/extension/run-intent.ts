/** What each intent of the panel does. */
import * as vscode from 'vscode';
import { assertNever } from '../shared/assert-never.ts';
import { isInConflict } from '../shared/changes.ts';
import type { Intent } from '../shared/protocol.ts';
import { askForApiKey } from './api-key.ts';
import { revertRun } from './revert-run.ts';
import type { Session } from './session.ts';

const by = 'you';

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
      return decide(session, intent, { decision: intent.decision });
    case 'review':
      return session.review.open(intent.runId, intent.path);
    case 'decide':
      return decideFiles(session, intent);
    case 'apply':
      return (await session.open(intent.runId)).applyAccepted(by);
    case 'revert':
      return revertRun(session, intent.runId);
    case 'resume':
      await session.resume(intent.runId);
      return session.select(intent.runId);
    case 'pause':
      return (await session.open(intent.runId)).pause(by);
    case 'continue':
      return (await session.open(intent.runId)).continue(by);
    case 'retry-task':
      return (await session.open(intent.runId)).retryTask(intent.taskId, by);
    case 'skip-task':
      return (await session.open(intent.runId)).skipTask(intent.taskId, by);
    case 'cancel':
      return (await session.open(intent.runId)).cancel(by);
    case 'body': {
      const text = await (await session.host()).body(intent.runId, intent.ref);
      session.panel?.body({ type: 'body', ref: intent.ref, text });
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

type Approving = Extract<Intent, { approvalId: unknown }>;
type Decided = Parameters<Awaited<ReturnType<Session['open']>>['decide']>[1];

async function decide(session: Session, intent: Approving, decision: Decided): Promise<void> {
  const driver = await session.open(intent.runId);
  await driver.decide(intent.approvalId, decision, by);
}

async function decideFiles(
  session: Session,
  intent: Extract<Intent, { type: 'decide' }>,
): Promise<void> {
  const driver = await session.open(intent.runId);
  const { path, decision } = intent;
  const files = driver.state.changes?.files ?? [];
  // Lines of the person's own are never given up with one press for everything.
  const many = files.filter((file) => decision !== 'accepted' || !isInConflict(file));
  const paths = path === undefined ? many.map((each) => each.path) : [path];
  for (const each of paths) await driver.decideChange({ path: each, decision }, by);
}

async function execute(command: string, ...args: unknown[]): Promise<void> {
  await vscode.commands.executeCommand(command, ...args);
}
