/** What a run has cost and how to go on at a ceiling, as lines of text. */
import { pricesAsOf } from '../engine/budget/price-table.ts';
import { tokensOf } from '../shared/account.ts';
import { amountWords, type CeilingReached, leastLimit, reachedWords } from '../shared/ceiling.ts';
import { economyOf } from '../shared/economy.ts';
import type { RunState } from '../shared/run-state.ts';

export function economyLines(state: RunState): string[] {
  const economy = economyOf(state, Date.parse(state.updatedAt));
  const { unpriced, workMs = 0, speedUp, cacheHitShare, resent = 0, repeated } = economy;
  const { run } = state.spending;
  const figures = [`worked ${seconds(workMs)}`];
  if (speedUp !== undefined) figures.push(`tasks ${speedUp.toFixed(1)} times as fast as in turn`);
  if (cacheHitShare !== undefined) {
    figures.push(`${Math.round(cacheHitShare * 100)} % of the input from cache`);
  }
  if (resent > 0) figures.push(`${resent} sent again after a fault or limit`);
  if (repeated && repeated.requests > 0) {
    figures.push(`${tokensOf(repeated.usage)} tokens in repeated requests`);
  }
  const lines = [costLine(state, unpriced), figures.join(', ')];
  if (run.lost.tokens > 0) {
    const upTo = [amountWords('tokens', run.lost.tokens), amountWords('usd', run.lost.usd)];
    lines.push(
      `Requests that were lost when Muster stopped may have been billed: up to ${upTo.join(', ')}; the ceilings count them`,
    );
  }
  return lines;
}

/** `muster resume` sets the ceilings of the run; those of a task or an agent are answered by id. */
export function ceilingStep(runId: string, approvalId: string, ceiling: CeilingReached): string {
  const { kind, scope, unpriced } = ceiling;
  const value = unpriced === undefined ? leastLimit(ceiling) : 'none';
  const flag = `--max-${kind} ${value}`;
  const least = unpriced === undefined ? ' or more' : '';
  const goOn =
    scope === 'run'
      ? `muster resume ${runId} ${flag}`
      : `muster allow ${runId} ${approvalId} ${flag}`;
  return `${reachedWords(ceiling)}\n    To go on: ${goOn}${least}; to stop there: muster deny ${runId} ${approvalId}`;
}

function costLine({ provider, spending }: RunState, unpriced: readonly string[] = []): string {
  if (provider === 'demo') return 'cost: nothing, this is a scripted demonstration';
  const known = amountWords('usd', spending.run.costUsd);
  if (unpriced.length === 0) return `cost: ${known}, by list prices of ${pricesAsOf}`;
  return `cost: ${known} and what ${unpriced.join(', ')} cost, for which no price is known`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
