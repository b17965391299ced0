/** A conversation's id, derived from what it is for: readable, stable over a resume, used by scripts. */
import { assertNever } from './assert-never.ts';
import { ConversationId, type TurnId } from './ids.ts';
import type { Purpose } from './purpose.ts';

export function conversationIdOf(purpose: Purpose): ConversationId {
  return ConversationId.parse(nameOf(purpose));
}

export function turnIdOf(conversationId: ConversationId, turn: number): TurnId {
  return `${conversationId}#${turn}` as TurnId;
}

function nameOf(purpose: Purpose): string {
  switch (purpose.kind) {
    case 'triage':
    case 'clarify':
    case 'answer':
    case 'plan':
      return purpose.kind;
    case 'check-plan':
    case 'team':
      return `${purpose.kind}/${purpose.version}`;
    case 'final-check':
      return `final-check/${purpose.round}`;
    case 'work':
      return `work/${purpose.taskId}${purpose.edition === undefined ? '' : `/${purpose.edition}`}`;
    case 'review-code':
    case 'validate-work':
      return `${purpose.kind}/${purpose.taskId}/${purpose.round}`;
    default:
      return assertNever(purpose);
  }
}
