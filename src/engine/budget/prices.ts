/** What a request cost, and what it may cost at most, by the price table. */
import { exact } from '../../shared/account.ts';
import type { Usage } from '../../shared/usage.ts';
import { freeProviders, type Prices, priceTable } from './price-table.ts';

/** `at` in milliseconds since 1970. */
export type PriceQuery = { provider: string; model: string; at: number };

/** @returns US dollars; undefined for a model without a known price */
export function costOf(query: PriceQuery, usage: Usage): number | undefined {
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  const prices = pricesFor(query, prompt);
  if (!prices) return undefined;
  const sum =
    usage.input * prices.input +
    usage.output * prices.output +
    usage.cacheRead * prices.cacheRead +
    usage.cacheWrite * prices.cacheWrite;
  return exact(sum / 1_000_000);
}

/** @returns US dollars, were every token of the prompt charged at its dearest; undefined as above */
export function costAtMost(
  query: PriceQuery,
  { prompt, output }: { prompt: number; output: number },
): number | undefined {
  const prices = pricesFor(query, prompt);
  if (!prices) return undefined;
  const dearest = Math.max(prices.input, prices.cacheRead, prices.cacheWrite);
  return exact((prompt * dearest + output * prices.output) / 1_000_000);
}

function pricesFor({ provider, model, at }: PriceQuery, prompt: number): Prices | undefined {
  if (freeProviders.includes(provider)) return free;
  const rows = priceTable.filter((row) => row.provider === provider && row.model === model);
  const begun = rows.filter((row) => row.from === undefined || Date.parse(row.from) <= at);
  const row = begun.toSorted(byBeginning).at(-1);
  if (!row) return undefined;
  return row.long && prompt > row.long.promptOver ? row.long.prices : row.prices;
}

const free: Prices = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

function byBeginning(left: { from?: string }, right: { from?: string }): number {
  return (left.from ?? '').localeCompare(right.from ?? '');
}
