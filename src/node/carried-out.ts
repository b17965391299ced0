/** Whether an owner that ended before it could say so has carried an instruction out: its log tells. */

import type { ReviewComment } from '../shared/changes.ts';
import type { EventBody, RunEvent } from '../shared/events.ts';
import type { Instruction } from '../shared/instruction.ts';
import type { OpenInstruction } from './database/instruction-table.ts';

/** Ask it of the oldest open instruction alone: what came before is settled, what comes behind was not begun. */
export function wasCarriedOut(
  instruction: Instruction,
  { by, at }: Pick<OpenInstruction, 'by' | 'at'>,
  events: readonly RunEvent[],
): boolean {
  const given = Date.parse(at);
  return events.some(
    (event) =>
      Date.parse(event.at) >= given &&
      'by' in event &&
      event.by === by &&
      isEffectOf(instruction, event),
  );
}

/** Of those that would do more, or be refused, when they are done twice. */
export function leavesItsMark({ do: what }: Instruction): boolean {
  return [
    'retry-task',
    'skip-task',
    'revoke-grant',
    'apply',
    'revert',
    'edit-change',
    'send-back',
  ].includes(what);
}

function isEffectOf(instruction: Instruction, event: EventBody): boolean {
  switch (instruction.do) {
    case 'retry-task':
      return event.type === 'task:reopen' && event.taskId === instruction.taskId;
    case 'skip-task':
      return event.type === 'task:skip' && event.taskId === instruction.taskId;
    case 'revoke-grant':
      return event.type === 'grant:revoked' && event.grant === instruction.grant;
    case 'apply':
      return event.type === 'change:apply';
    case 'revert':
      return event.type === 'change:reverted';
    case 'edit-change':
      return event.type === 'change:edited' && event.head === instruction.head;
    case 'send-back':
      return event.type === 'change:commented' && isAmong(instruction.comments, event);
    // Twice is the same as once, or is seen from the state.
    case 'decide':
    case 'decide-change':
    case 'pause':
    case 'continue':
    case 'cancel':
    case 'set-ceiling':
    case 'edit-plan':
    case 'edit-task':
      return false;
  }
}

function isAmong(
  comments: readonly ReviewComment[],
  { path, text }: Pick<ReviewComment, 'path' | 'text'>,
): boolean {
  return comments.some((each) => each.path === path && each.text === text);
}
