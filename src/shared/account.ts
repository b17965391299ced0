/** What a run, a task or an agent has used so far: sums that only go up, and what is under way. */
import type { CallId, TurnId } from './ids.ts';
import { addUsage, noUsage, type Usage } from './usage.ts';

/** `usd` is absent where a model has no known price. */
export type Amount = { tokens: number; usd?: number };

export type Account = {
  /** Requests sent, every try counted. */
  requests: number;
  usage: Usage;
  /** US dollars of what has a price. */
  costUsd: number;
  /** Models that answered and have no known price; then `costUsd` is a part. */
  unpriced: string[];
  /** Upper bound of the requests in flight. */
  reserved: Required<Amount>;
  /** Upper bound of requests whose answer never came because the process ended: perhaps billed. */
  lost: Required<Amount>;
  /** Milliseconds in which a request was in flight or a tool ran; what is `open` not yet included. */
  workMs: number;
  /** Requests and tool calls under way. */
  open: Array<TurnId | CallId>;
  /** Since when something is open, in milliseconds since 1970. */
  since?: number;
};

export const emptyAccount: Account = {
  requests: 0,
  usage: noUsage,
  costUsd: 0,
  unpriced: [],
  reserved: { tokens: 0, usd: 0 },
  lost: { tokens: 0, usd: 0 },
  workMs: 0,
  open: [],
};

/** What one request came to; no `costUsd`: the model has no known price. */
export type Charge = { model: string; usage: Usage; costUsd?: number };

export function charged(account: Account, { model, usage, costUsd }: Charge): Account {
  const unpriced =
    costUsd === undefined && !account.unpriced.includes(model)
      ? [...account.unpriced, model]
      : account.unpriced;
  const sum = exact(account.costUsd + (costUsd ?? 0));
  return { ...account, usage: addUsage(account.usage, usage), costUsd: sum, unpriced };
}

export function reserve(account: Account, amount: Amount | undefined): Account {
  return amount ? { ...account, reserved: plus(account.reserved, amount, 1) } : account;
}

export function release(account: Account, amount: Amount | undefined): Account {
  return amount ? { ...account, reserved: plus(account.reserved, amount, -1) } : account;
}

export function begin(account: Account, id: TurnId | CallId, at: number): Account {
  if (account.open.includes(id)) return account;
  return { ...account, open: [...account.open, id], since: account.since ?? at };
}

export function end(account: Account, id: TurnId | CallId, at: number): Account {
  if (!account.open.includes(id)) return account;
  const open = account.open.filter((each) => each !== id);
  return open.length > 0 ? { ...account, open } : { ...closed(account, at), open };
}

/** The process that worked is gone; it worked until the last event of the log at most. */
export function abandon(account: Account, lastEventAt: number): Account {
  const { reserved, lost } = account;
  if (account.open.length === 0 && reserved.tokens === 0) return account;
  const nothing = { tokens: 0, usd: 0 };
  return {
    ...closed(account, lastEventAt),
    open: [],
    reserved: nothing,
    lost: plus(lost, reserved, 1),
  };
}

/** Milliseconds of work until now; `now` in milliseconds since 1970. */
export function workMsAt({ workMs, since }: Account, now: number): number {
  return since === undefined ? workMs : workMs + Math.max(0, now - since);
}

export function tokensOf({ input, output, cacheRead, cacheWrite }: Usage): number {
  return input + output + cacheRead + cacheWrite;
}

function closed(account: Account, at: number): Account {
  const { since: _, ...rest } = account;
  return { ...rest, workMs: workMsAt(account, at) };
}

function plus(sum: Required<Amount>, { tokens, usd = 0 }: Amount, sign: 1 | -1): Required<Amount> {
  return {
    tokens: Math.max(0, sum.tokens + sign * tokens),
    usd: Math.max(0, exact(sum.usd + sign * usd)),
  };
}

/** Prices are whole billionths of a dollar for a token; sums of fractions are kept to that. */
export function exact(usd: number): number {
  return Math.round(usd * 1e9) / 1e9;
}
