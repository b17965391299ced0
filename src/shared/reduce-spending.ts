/** Adds up, before an event is folded, what it spent: conversation, then task and agent, then run. */
import {
  type Account,
  abandon,
  begin,
  charged,
  emptyAccount,
  end,
  release,
  reserve,
} from './account.ts';
import { type Ceiling, ceilingKey } from './ceiling.ts';
import type { EventOf, RunEvent } from './events.ts';
import type { ConversationId } from './ids.ts';
import type { AccountOf, ConversationState, RunState, Spending } from './run-state.ts';
import { addUsage, noUsage } from './usage.ts';

export const noSpending: Spending = {
  run: emptyAccount,
  agents: [],
  byTask: [],
  tasks: emptyAccount,
  repeated: noUsage,
  limits: {},
  warned: {},
  stopped: [],
};

export function spend(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'agent:invoke':
      return change(state, event, (account, { reserved }, at) =>
        begin(reserve(sent(release(account, reserved)), event.reserved), event.turnId, at),
      );
    case 'agent:retry':
      return change(state, event, (account) => sent(billed(account, event)));
    case 'limit:paused':
      return change(state, event, sent);
    case 'agent:error':
      return change(state, event, (account, { reserved }, at) =>
        end(release(billed(account, event), reserved), event.turnId, at),
      );
    case 'agent:answer':
      return answered(state, event);
    case 'tool:call':
      return change(state, event, (account, _, at) => begin(account, event.callId, at));
    case 'tool:result':
      return change(state, event, (account, _, at) => end(account, event.callId, at));
    case 'workflow:resume':
      return abandoned(state);
    case 'budget:warning': {
      const warned = { ...state.spending.warned, [ceilingKey(event)]: event.limit };
      return { ...state, spending: { ...state.spending, warned } };
    }
    default:
      return state;
  }
}

/** The person's word on a ceiling; one at which they had stopped is open again. */
export function limitSet(state: RunState, set: Ceiling & { limit: number | null }): RunState {
  const key = ceilingKey(set);
  const { spending } = state;
  const limits = { ...spending.limits, [key]: set.limit };
  const stopped = spending.stopped.filter((each) => each !== key);
  return { ...state, spending: { ...spending, limits, stopped } };
}

export function stoppedAt(state: RunState, ceiling: Ceiling): RunState {
  const stopped = [...state.spending.stopped, ceilingKey(ceiling)];
  return { ...state, spending: { ...state.spending, stopped } };
}

/** Whoever takes up what had failed is asked about its ceiling again. */
export function withoutStops(state: RunState): RunState {
  if (state.spending.stopped.length === 0) return state;
  return { ...state, spending: { ...state.spending, stopped: [] } };
}

function sent(account: Account): Account {
  return { ...account, requests: account.requests + 1 };
}

function billed(
  account: Account,
  { billed: charge }: EventOf<'agent:error' | 'agent:retry'>,
): Account {
  return charge ? charged(account, charge) : account;
}

function answered(state: RunState, event: EventOf<'agent:answer'>): RunState {
  let repeating = false;
  const changed = change(state, event, (account, conversation, at) => {
    repeating = conversation.repeating === true;
    return end(charged(release(account, conversation.reserved), event), event.turnId, at);
  });
  if (!repeating) return changed;
  const repeated = addUsage(changed.spending.repeated, event.usage);
  return { ...changed, spending: { ...changed.spending, repeated } };
}

type Step = (account: Account, conversation: ConversationState, at: number) => Account;

/** The same step for every account that the conversation counts to. */
function change(
  state: RunState,
  event: { conversationId: ConversationId; at: string },
  step: Step,
): RunState {
  const conversation = state.conversations.findLast(
    (each) => each.conversationId === event.conversationId,
  );
  if (!conversation) return state;
  const at = Date.parse(event.at);
  const next = (account: Account) => step(account, conversation, at);
  const { spending } = state;
  const { purpose, agent } = conversation;
  const run = next(spending.run);
  const agents = changeOne(spending.agents, agent, next);
  if (!('taskId' in purpose)) return { ...state, spending: { ...spending, run, agents } };
  const tasks = next(spending.tasks);
  const byTask = changeOne(spending.byTask, purpose.taskId, next);
  return { ...state, spending: { ...spending, run, agents, tasks, byTask } };
}

/** Searches from the end, where those that began last stand. */
function changeOne<Of extends string>(
  accounts: Array<AccountOf<Of>>,
  of: Of,
  next: (account: Account) => Account,
): Array<AccountOf<Of>> {
  const index = accounts.findLastIndex((each) => each.of === of);
  const found = accounts[index];
  if (!found) return [...accounts, { of, account: next(emptyAccount) }];
  return accounts.with(index, { of, account: next(found.account) });
}

/** What was under way when the last process ended is under way no more. */
function abandoned(state: RunState): RunState {
  const { spending } = state;
  const lastEventAt = Date.parse(state.updatedAt);
  const next = (account: Account) => abandon(account, lastEventAt);
  const all = <Of extends string>(accounts: Array<AccountOf<Of>>) =>
    accounts.map(({ of, account }) => ({ of, account: next(account) }));
  return {
    ...state,
    spending: {
      ...spending,
      run: next(spending.run),
      tasks: next(spending.tasks),
      agents: all(spending.agents),
      byTask: all(spending.byTask),
    },
    conversations: state.conversations.map((each) => {
      if (!each.reserved) return each;
      const { reserved: _, ...rest } = each;
      return rest;
    }),
  };
}
