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
import type { ConversationId, TaskId } from './ids.ts';
import { changeTask } from './reduce-parts.ts';
import type { ConversationState, RunState, Spending } from './run-state.ts';
import { addUsage, noUsage } from './usage.ts';

export const noSpending: Spending = {
  run: emptyAccount,
  agents: [],
  tasks: emptyAccount,
  repeated: noUsage,
  limits: {},
  warned: {},
  stopped: [],
};

export function spend(state: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'agent:invoke':
      return change(state, event.conversationId, (account, { reserved }) =>
        begin(reserve(sent(release(account, reserved)), event.reserved), event.turnId, event.at),
      );
    case 'agent:retry':
      return change(state, event.conversationId, (account) => sent(billed(account, event)));
    case 'limit:paused':
      return change(state, event.conversationId, sent);
    case 'agent:error':
      return change(state, event.conversationId, (account, conversation) =>
        end(release(billed(account, event), conversation.reserved), event.turnId, event.at),
      );
    case 'agent:answer':
      return answered(state, event);
    case 'tool:call':
      return change(state, event.conversationId, (account) =>
        begin(account, event.callId, event.at),
      );
    case 'tool:result':
      return change(state, event.conversationId, (account) => end(account, event.callId, event.at));
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
  const changed = change(state, event.conversationId, (account, conversation) => {
    repeating = conversation.repeating === true;
    const released = release(account, conversation.reserved);
    return end(charged(released, event), event.turnId, event.at);
  });
  if (!repeating) return changed;
  const repeated = addUsage(changed.spending.repeated, event.usage);
  return { ...changed, spending: { ...changed.spending, repeated } };
}

type Step = (account: Account, conversation: ConversationState) => Account;

/** The same step for every account that the conversation counts to. */
function change(state: RunState, conversationId: ConversationId, step: Step): RunState {
  const conversation = state.conversations.findLast(
    (each) => each.conversationId === conversationId,
  );
  if (!conversation) return state;
  const next = (account: Account | undefined) => step(account ?? emptyAccount, conversation);
  const { spending } = state;
  const { purpose, agent } = conversation;
  const ofTask = 'taskId' in purpose;
  const changed: RunState = {
    ...state,
    spending: {
      ...spending,
      run: next(spending.run),
      tasks: ofTask ? next(spending.tasks) : spending.tasks,
      agents: changeAgent(spending.agents, agent, next),
    },
  };
  return ofTask ? changeTaskAccount(changed, purpose.taskId, next) : changed;
}

function changeTaskAccount(
  state: RunState,
  taskId: TaskId,
  next: (account: Account | undefined) => Account,
): RunState {
  return changeTask(state, taskId, (task) => ({ ...task, account: next(task.account) }));
}

function changeAgent(
  agents: Spending['agents'],
  agent: string,
  next: (account: Account | undefined) => Account,
): Spending['agents'] {
  const index = agents.findIndex((each) => each.agent === agent);
  if (index < 0) return [...agents, { agent, account: next(undefined) }];
  return agents.with(index, { agent, account: next(agents[index]?.account) });
}

/** What was under way when the last process ended is under way no more. */
function abandoned(state: RunState): RunState {
  const { spending, updatedAt } = state;
  const next = (account: Account) => abandon(account, updatedAt);
  return {
    ...state,
    spending: {
      ...spending,
      run: next(spending.run),
      tasks: next(spending.tasks),
      agents: spending.agents.map(({ agent, account }) => ({ agent, account: next(account) })),
    },
    tasks: state.tasks.map((task) =>
      task.account ? { ...task, account: next(task.account) } : task,
    ),
    conversations: state.conversations.map((each) => {
      if (!each.reserved) return each;
      const { reserved: _, ...rest } = each;
      return rest;
    }),
  };
}
