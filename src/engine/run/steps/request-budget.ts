/** A request and the ceilings above it: reserved as it is announced, charged as it is answered. */
import type { EventBody } from '../../../shared/events.ts';
import type { TurnId } from '../../../shared/ids.ts';
import { MusterError } from '../../../shared/muster-error.ts';
import type { ConversationState } from '../../../shared/run-state.ts';
import type { Usage } from '../../../shared/usage.ts';
import { costOf } from '../../budget/prices.ts';
import { admit, mayGoOn } from '../../budget/within-ceilings.ts';
import { pricingOf, type RunContext } from '../run-context.ts';

/** What a try was billed although it failed. */
export type Billed = { billed?: { model: string; usage: Usage; costUsd?: number } };

/**
 * @param request `opening` is the beginning of its conversation, where that is not in the log yet
 * @returns false when a ceiling has no room for it now; then it is not announced and must not be sent
 */
export async function announceRequest(
  context: RunContext,
  conversation: ConversationState,
  { turnId, opening }: { turnId: TurnId; opening: EventBody | undefined },
): Promise<boolean> {
  const { conversationId, agent, model, purpose } = conversation;
  let announced = false;
  await context.append((state): EventBody[] => {
    const admitted = admit(state, conversation, pricingOf(context.ports));
    const opened = opening ? [opening] : [];
    if (!admitted) return opened;
    announced = true;
    const task = 'taskId' in purpose ? { taskId: purpose.taskId } : {};
    const invoke = { type: 'agent:invoke', conversationId, turnId, agent, model } as const;
    return [...opened, { ...invoke, ...task, ...admitted }];
  });
  return announced;
}

/** @throws MusterError `budget` when the request must not be sent, or sent again, now */
export function requireRoom(context: RunContext, conversation: ConversationState): void {
  if (mayGoOn(context.state(), conversation, pricingOf(context.ports))) return;
  throw new MusterError(
    'budget',
    'The request was not sent, or not sent again, because a ceiling leaves no room for it.',
  );
}

export function charge(
  { ports }: RunContext,
  model: string,
  usage: Usage,
): { usage: Usage; costUsd?: number } {
  const { provider, now: at } = pricingOf(ports);
  const costUsd = costOf({ provider, model, at }, usage);
  return costUsd === undefined ? { usage } : { usage, costUsd };
}

export function billedBy(context: RunContext, model: string, { usage }: MusterError): Billed {
  return usage ? { billed: { model, ...charge(context, model, usage) } } : {};
}
