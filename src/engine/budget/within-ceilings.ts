/** Holds back what no ceiling leaves room for, and asks the person once the rest has settled. */
import type { Amount } from '../../shared/account.ts';
import { type CeilingReached, ceilingKey } from '../../shared/ceiling.ts';
import { turnIdOf } from '../../shared/conversation-id.ts';
import type { EventBody } from '../../shared/events.ts';
import { ApprovalId, type CallId, TaskId } from '../../shared/ids.ts';
import { openCeilings } from '../../shared/parked-tasks.ts';
import type { ConversationState, RunState } from '../../shared/run-state.ts';
import { toolNamed } from '../agent/tool-table.ts';
import { append, type Command } from '../run/command.ts';
import { uncheckedBecause } from '../run/converse.ts';
import { deadlineFrom } from '../run/deadline.ts';
import {
  ceilingsFor,
  ceilingsOf,
  fitsBeside,
  reachedBy,
  type Standing,
  spentOf,
} from './ceilings.ts';
import { stoppedCeilings, stopWords } from './given-up.ts';
import { type Pricing, reservationOf } from './reservation.ts';

/** Of a ceiling, at which the person is warned. */
const warningShare = 0.8;

/** A request or a command with the ceilings that it counts to. */
type Counted = {
  command: Command;
  conversation: ConversationState;
  /** All above it: each waits until this has settled. */
  above: Standing[];
  /** Those that bound it. */
  ceilings: Standing[];
  need: Amount & { model: string };
  /** In the log already as begun. */
  underWay: boolean;
};

/**
 * @returns the commands that may go on; alone, an `append` with a warning, a question to the person
 *   or the end of what they stopped
 */
export function withinCeilings(
  state: RunState,
  commands: readonly Command[],
  pricing: Pricing,
): Command[] {
  const ceilings = ceilingsOf(state);
  if (ceilings.length === 0) return [...commands];
  const warnings = ceilings.flatMap((each) => warningOf(state, each, pricing.now));
  if (warnings.length > 0) return [append(...warnings)];
  const counted = commands.flatMap((command) => countedOf(state, command, pricing));
  const due = counted.filter((each) => !each.underWay);
  const stops = due.flatMap((each) => stopOf(state, each));
  if (stops.length > 0) return [append(...stops)];
  const reached = reachedIn(due, pricing.now);
  const parked = new Set(openCeilings(state).map(ceilingKey));
  const held = new Set<Command>();
  for (const { command, ceilings: own, need } of due) {
    const waits = own.some(
      (each) =>
        reached.has(each.key) || parked.has(each.key) || !fitsBeside(each, need, pricing.now),
    );
    if (waits) held.add(command);
  }
  const going = counted.filter(({ command }) => !held.has(command));
  const questions = [...reached].filter(
    ([key, { account }]) => !parked.has(key) && account.open.length === 0 && isQuiet(going, key),
  );
  if (questions.length > 0) {
    const first = state.approvals.filter((each) => each.kind === 'budget').length + 1;
    return [
      append(...questions.map(([, each], index) => question(state, each, first + index, pricing))),
    ];
  }
  return commands.filter((command) => !held.has(command));
}

/**
 * Looked at again as the request is announced, on the state as it is then, so that requests that
 * come together cannot exceed a ceiling together.
 * @returns undefined when it has to wait; else what to reserve, nothing where no ceiling applies
 */
export function admit(
  state: RunState,
  conversation: ConversationState,
  pricing: Pricing,
): { reserved?: Amount } | undefined {
  const ceilings = ceilingsFor(state, conversation);
  if (ceilings.length === 0) return {};
  const reserved = reservationOf(conversation, pricing);
  const fits = ceilings.every((each) => fitsBeside(each, reserved, pricing.now));
  return fits && mayGoOn(state, conversation, pricing) ? { reserved } : undefined;
}

/** Whether a request that failed may be sent again under what it holds. */
export function mayGoOn(
  state: RunState,
  conversation: ConversationState,
  pricing: Pricing,
): boolean {
  const ceilings = ceilingsFor(state, conversation);
  if (ceilings.length === 0) return true;
  const { model } = conversation;
  const need = { ...reservationOf(conversation, pricing), model };
  const closed = [...openCeilings(state).map(ceilingKey), ...state.spending.stopped];
  return ceilings.every(
    (each) => !closed.includes(each.key) && !reachedBy(each, need, pricing.now),
  );
}

function warningOf({ spending }: RunState, ceiling: Standing, now: number): EventBody[] {
  const { key, kind, scope, of, limit } = ceiling;
  const spent = spentOf(ceiling, now);
  if (spent < limit * warningShare || spending.warned[key] === limit) return [];
  return [
    { type: 'budget:warning', kind, scope, ...(of === undefined ? {} : { of }), limit, spent },
  ];
}

/** Of the steps of an answer only commands are bounded, by time: the rest is paid for and quick. */
function countedOf(state: RunState, command: Command, pricing: Pricing): Counted[] {
  if (command.do !== 'ask' && command.do !== 'call') return [];
  const conversation = state.conversations.findLast(
    (each) => each.conversationId === command.conversationId,
  );
  if (!conversation) return [];
  const id = command.do === 'ask' ? turnIdOf(command.conversationId, command.turn) : command.callId;
  const above = ceilingsFor(state, conversation);
  const underWay = state.spending.run.open.includes(id);
  const { model } = conversation;
  if (command.do === 'ask') {
    const need = { ...reservationOf(conversation, pricing), model };
    return [{ command, conversation, above, ceilings: above, need, underWay }];
  }
  const bounded = isCommand(conversation, command.callId);
  const ceilings = bounded ? above.filter((each) => each.kind === 'minutes') : [];
  const need = { tokens: 0, usd: 0, model };
  return [{ command, conversation, above, ceilings, need, underWay }];
}

/** Commands take time; other tools are over at once. */
function isCommand({ turns }: ConversationState, callId: CallId): boolean {
  const call = turns.at(-1)?.calls.find((each) => each.callId === callId);
  const group = call && toolNamed(call.name)?.group;
  return group === 'terminal' || group === 'package_manager';
}

type Reached = CeilingReached & Pick<Standing, 'account'>;

/** By key; of several requests the one that needs most. */
function reachedIn(due: readonly Counted[], now: number): Map<string, Reached> {
  const reached = new Map<string, Reached>();
  for (const { ceilings, need } of due) {
    for (const ceiling of ceilings) {
      const found = reachedBy(ceiling, need, now);
      const known = reached.get(ceiling.key);
      if (!found || (known && known.needed >= found.needed)) continue;
      reached.set(ceiling.key, { ...found, account: ceiling.account });
    }
  }
  return reached;
}

function isQuiet(going: readonly Counted[], key: string): boolean {
  return !going.some(({ above }) => above.some((each) => each.key === key));
}

function question(
  { limits }: RunState,
  { account: _, ...ceiling }: Reached,
  number: number,
  { now }: Pricing,
): EventBody {
  const { scope, of } = ceiling;
  return {
    type: 'approval:requested',
    approvalId: ApprovalId.parse(`budget/${number}`),
    kind: 'budget',
    deadline: deadlineFrom({ now: () => new Date(now) }, limits.approvalHours),
    ceiling,
    ...(scope === 'task' ? { taskId: TaskId.parse(of) } : {}),
    ...(scope === 'agent' && of !== undefined ? { agent: of } : {}),
  };
}

/** Where the person stopped, what asks for more comes to its end: a task alone, a role with the run. */
function stopOf(state: RunState, { conversation, ceilings }: Counted): EventBody[] {
  const { stopped } = state.spending;
  const ceiling = stoppedCeilings(state).find((each) =>
    ceilings.some(({ key }) => key === ceilingKey(each) && stopped.includes(key)),
  );
  if (!ceiling) return [];
  const message = stopWords(ceiling);
  const { purpose } = conversation;
  if (purpose.kind === 'final-check') {
    return [uncheckedBecause(message, purpose.round, state.head)];
  }
  if (!('taskId' in purpose)) return [{ type: 'workflow:error', code: 'budget', message }];
  return [{ type: 'task:error', taskId: purpose.taskId, code: 'budget', message }];
}
