/** Carries out one command of `decide` and gives back the events that say what happened. */
import { assertNever } from '../../../shared/assert-never.ts';
import type { EventBody } from '../../../shared/events.ts';
import { ApprovalId } from '../../../shared/ids.ts';
import type { Command } from '../command.ts';
import { deadlineFrom } from '../deadline.ts';
import type { RunContext } from '../run-context.ts';
import { askModel } from './ask-model.ts';
import { callTool } from './call-tool.ts';
import { applyChanges, collectChanges } from './change-steps.ts';
import { openConversation } from './open-conversation.ts';
import { sendBackTask } from './send-back.ts';
import { mergeTask, recordTask } from './task-steps.ts';

export async function doCommand(
  context: RunContext,
  command: Exclude<Command, { do: 'append' }>,
  signal: AbortSignal,
): Promise<EventBody[]> {
  switch (command.do) {
    case 'snapshot':
      return [{ type: 'snapshot:taken', ...(await context.ports.staging.snapshot(signal)) }];
    case 'open': {
      const opening = await openConversation(context, command.purpose, signal);
      const { conversationId } = opening;
      return askModel(context, { conversationId, turn: 1, opening }, signal);
    }
    case 'ask':
      return askModel(context, command, signal);
    case 'call':
      return callTool(context, command, signal);
    case 'note': {
      const { conversationId, reason, text, also } = command;
      const note = await context.ports.journal.putBody(text);
      return [...(also ?? []), { type: 'conversation:note', conversationId, reason, note }];
    }
    case 'request-plan-approval':
      return [requestPlanApproval(context, command.version)];
    case 'record':
      return recordTask(context, command, signal);
    case 'merge':
      return mergeTask(context, command, signal);
    case 'send-back':
      return sendBackTask(context, command.taskId, signal);
    case 'collect-changes':
      return collectChanges(context, signal);
    case 'apply':
      return applyChanges(context, signal);
    default:
      return assertNever(command);
  }
}

function requestPlanApproval(context: RunContext, version: number): EventBody {
  const { team, limits } = context.state();
  if (!team) throw new Error('There is no team to approve');
  return {
    type: 'approval:requested',
    approvalId: ApprovalId.parse(`plan/${version}`),
    kind: 'plan',
    hash: team.hash,
    deadline: deadlineFrom(context.ports.clock, limits.approvalHours),
  };
}
