/** The ceilings of a run as they stand now, and how much of each is used. */
import {
  type Account,
  type Amount,
  emptyAccount,
  tokensOf,
  workMsAt,
} from '../../shared/account.ts';
import {
  type Ceiling,
  CeilingKind,
  type CeilingReached,
  ceilingKey,
  type Limits,
} from '../../shared/ceiling.ts';
import { taskById } from '../../shared/reduce-tasks.ts';
import type { AccountOf, ConversationState, RunState } from '../../shared/run-state.ts';
import { agentOf } from '../../shared/team.ts';

/** A ceiling that holds, with what counts against it. */
export type Standing = Ceiling & { key: string; limit: number; account: Account };

/** All of a run. */
export function ceilingsOf(state: RunState): Standing[] {
  const agents = state.team?.team.agents ?? [];
  const { byTask } = state.spending;
  return [
    ...runCeilings(state),
    ...agents.flatMap(({ name, limits }) =>
      standing(state, {
        scope: 'agent',
        of: name,
        limits,
        account: accountOf(state.spending.agents, name),
      }),
    ),
    ...state.tasks.flatMap(({ task: { id, limits } }) =>
      limits
        ? standing(state, { scope: 'task', of: id, limits, account: accountOf(byTask, id) })
        : [],
    ),
  ];
}

/** Those that a conversation counts to: the run's; in a task the task's; the agent's for its own work. */
export function ceilingsFor(state: RunState, { purpose }: ConversationState): Standing[] {
  const ceilings = runCeilings(state);
  if (!('taskId' in purpose)) return ceilings;
  const task = taskById(state, purpose.taskId);
  if (task) {
    const { id, limits } = task.task;
    const account = accountOf(state.spending.byTask, id);
    ceilings.push(...standing(state, { scope: 'task', of: id, limits, account }));
  }
  const agent = purpose.kind === 'work' && state.team && agentOf(state.team.team, purpose.taskId);
  if (!agent) return ceilings;
  const { name, limits } = agent;
  const account = accountOf(state.spending.agents, name);
  ceilings.push(...standing(state, { scope: 'agent', of: name, limits, account }));
  return ceilings;
}

/** What counts against a ceiling, in its unit; requests in flight are not included. */
export function spentOf({ kind, account }: Standing, now: number): number {
  switch (kind) {
    case 'usd':
      return account.costUsd + account.lost.usd;
    case 'tokens':
      return tokensOf(account.usage) + account.lost.tokens;
    case 'minutes':
      return workMsAt(account, now) / 60_000;
  }
}

/** @returns what to tell the person when a request cannot be made below the ceiling; else undefined */
export function reachedBy(
  ceiling: Standing,
  need: Amount & { model: string },
  now: number,
): CeilingReached | undefined {
  const { kind, scope, of, limit, account } = ceiling;
  const spent = spentOf(ceiling, now);
  const which = { kind, scope, limit, spent, ...(of === undefined ? {} : { of }) };
  if (kind === 'minutes') return spent >= limit ? { ...which, needed: 0 } : undefined;
  const unpriced = need.usd === undefined ? need.model : account.unpriced[0];
  if (kind === 'usd' && unpriced !== undefined) return { ...which, needed: 0, unpriced };
  const needed = kind === 'usd' ? (need.usd ?? 0) : need.tokens;
  return spent + needed > limit ? { ...which, needed } : undefined;
}

/** Whether a request fits beside those in flight. */
export function fitsBeside(ceiling: Standing, need: Amount, now: number): boolean {
  const { kind, limit, account } = ceiling;
  if (kind === 'minutes') return true;
  const reserved = account.reserved[kind];
  const needed = (kind === 'usd' ? need.usd : need.tokens) ?? 0;
  return spentOf(ceiling, now) + reserved + needed <= limit;
}

function runCeilings(state: RunState): Standing[] {
  const { maxUsd, maxTokens, maxMinutes } = state.limits;
  const limits = { max_usd: maxUsd, max_tokens: maxTokens, max_minutes: maxMinutes };
  return standing(state, { scope: 'run', limits, account: state.spending.run });
}

type Declared = { [Name in keyof Limits]?: number | undefined };

function standing(
  { spending }: RunState,
  {
    scope,
    of,
    limits,
    account = emptyAccount,
  }: {
    scope: Ceiling['scope'];
    of?: string;
    limits: Declared | undefined;
    account: Account | undefined;
  },
): Standing[] {
  const isSaid = Object.keys(spending.limits).length > 0;
  if (!limits && !isSaid) return [];
  return CeilingKind.options.flatMap((kind) => {
    const ceiling = { kind, scope, ...(of === undefined ? {} : { of }) };
    const key = ceilingKey(ceiling);
    const said = Object.hasOwn(spending.limits, key) ? spending.limits[key] : undefined;
    const limit = said === undefined ? limits?.[`max_${kind}`] : said;
    return limit === undefined || limit === null ? [] : [{ ...ceiling, key, limit, account }];
  });
}

function accountOf<Of extends string>(
  accounts: ReadonlyArray<AccountOf<Of>>,
  of: Of,
): Account | undefined {
  return accounts.findLast((each) => each.of === of)?.account;
}
