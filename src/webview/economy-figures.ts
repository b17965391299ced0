/** What a run has spent, below its ceilings, in words. */
import { type CeilingKind, ceilingKey } from '../shared/ceiling.ts';
import { economyOf } from '../shared/economy.ts';
import type { RunState } from '../shared/run-state.ts';
import { allTokens, formatCost, formatCount, formatDuration } from './figures.ts';
import { list } from './words.ts';

/** As it goes: `12.3K of 50K tokens`, `$0.42 of $5.00`; money only where all of it is known. */
export function spentWords(run: RunState): string[] {
  if (run.requests === 0) return [];
  const tokens = ceilingOf(run, 'tokens', run.limits.maxTokens);
  const used = formatCount(allTokens(run.usage));
  const words = [
    tokens === undefined ? `${used} tokens` : `${used} of ${formatCount(tokens)} tokens`,
  ];
  const { costUsd } = economyOf(run, Date.parse(run.updatedAt));
  if (costUsd === undefined || run.provider === 'demo') return words;
  const usd = ceilingOf(run, 'usd', run.limits.maxUsd);
  const cost = formatCost(costUsd);
  return [...words, usd === undefined ? cost : `${cost} of ${formatCost(usd)}`];
}

/** Terms and values for the list of totals. */
export function economyRows(run: RunState): Array<[string, string]> {
  const { speedUp, cacheHitShare, workMs = 0 } = economyOf(run, Date.parse(run.updatedAt));
  const rows: Array<[string, string]> = [];
  if (cacheHitShare !== undefined) rows.push(['Input from cache', percent(cacheHitShare)]);
  if (run.resent > 0) rows.push(['Sent again after a fault', String(run.resent)]);
  if (run.repeated > 0) {
    rows.push(['Sent again after a stop', String(run.repeated)]);
    rows.push(['Tokens of those', formatCount(allTokens(run.spending.repeated))]);
  }
  const { lost } = run.spending.run;
  if (lost.tokens > 0) {
    rows.push(['Lost in a stop, perhaps billed', `up to ${formatCount(lost.tokens)} tokens`]);
  }
  rows.push(['Time at work', formatDuration(workMs)]);
  if (speedUp !== undefined) rows.push(['Tasks, against one by one', `${speedUp.toFixed(1)}×`]);
  const minutes = ceilingOf(run, 'minutes', run.limits.maxMinutes);
  if (minutes !== undefined) rows.push(['Ceiling on that time', formatDuration(minutes * 60_000)]);
  if (run.requests > 0) rows.push(['Cost', costWords(run)]);
  return rows;
}

/** When a run has ended: what it came to in one line. */
export function outcomeFigures(run: RunState): string[] {
  const { speedUp } = economyOf(run, Date.parse(run.updatedAt));
  const figures = [costWords(run), `${formatCount(allTokens(run.usage))} tokens`];
  if (speedUp !== undefined && speedUp >= 1.05) {
    figures.push(`tasks ${speedUp.toFixed(1)} times as fast as one by one`);
  }
  return figures;
}

function costWords(run: RunState): string {
  if (run.provider === 'demo') return 'Cost nothing: a scripted demonstration';
  const { costUsd, unpriced } = run.spending.run;
  if (unpriced.length === 0) return formatCost(costUsd);
  const known = costUsd > 0 ? `${formatCost(costUsd)} and more: ` : '';
  return `${known}no price is known for ${list(unpriced)}`;
}

function ceilingOf(
  { spending }: RunState,
  kind: CeilingKind,
  declared: number | undefined,
): number | undefined {
  const key = ceilingKey({ kind, scope: 'run' });
  return (Object.hasOwn(spending.limits, key) ? spending.limits[key] : declared) ?? undefined;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
