/** What models cost: the one place to edit when a price changes. Raise `pricesAsOf` with it. */

/** US dollars for a million tokens; `cacheWrite` is that of the five-minute cache. */
export type Prices = { input: number; output: number; cacheRead: number; cacheWrite: number };

type PriceRow = {
  provider: string;
  model: string;
  prices: Prices;
  /** First day (UTC) on which the row holds; of several the latest one that has begun does. */
  from?: string;
  /** A prompt of more tokens than `promptOver` is charged at these prices as a whole. */
  long?: { promptOver: number; prices: Prices };
};

/** Day on which the table was last compared with its source. */
export const pricesAsOf = '2026-11-20';

/** Source: the provider's published list prices; no discounts, no batch prices. */
export const priceTable: readonly PriceRow[] = [
  {
    provider: 'anthropic',
    model: 'claude-opus-5-5',
    prices: { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 },
  },
  {
    provider: 'anthropic',
    model: 'claude-sonnet-5-5',
    prices: { input: 2, output: 10, cacheRead: 0.2, cacheWrite: 2.5 },
  },
  {
    provider: 'anthropic',
    model: 'claude-sonnet-5-5',
    from: '2026-10-07',
    prices: { input: 2, output: 10, cacheRead: 0.1, cacheWrite: 2.5 },
  },
  {
    provider: 'anthropic',
    model: 'claude-haiku-5-5',
    prices: { input: 0.1, output: 0.5, cacheRead: 0.01, cacheWrite: 0.125 },
    long: {
      promptOver: 100_000,
      prices: { input: 0.5, output: 2.5, cacheRead: 0.05, cacheWrite: 0.625 },
    },
  },
  {
    provider: 'anthropic',
    model: 'claude-fable-5-2',
    prices: { input: 8, output: 40, cacheRead: 0.2, cacheWrite: 10 },
  },
];

/** Providers that send nothing to anybody: a script costs nothing. */
export const freeProviders: readonly string[] = ['demo'];
