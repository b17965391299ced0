/** Medians and percentiles of a few runs. */

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Between two values, in proportion. NaN for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) return Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * Does every trial `times` times, in alternating order, so that a machine that gets slower or busier
 * meets all of them.
 */
export async function alternate<Outcome>(
  trials: ReadonlyArray<{ name: string; run: () => Promise<Outcome> }>,
  times: number,
): Promise<Map<string, Outcome[]>> {
  const outcomes = new Map<string, Outcome[]>(trials.map(({ name }) => [name, []]));
  for (let round = 0; round < times; round += 1) {
    const order = round % 2 === 0 ? trials : [...trials].reverse();
    for (const { name, run } of order) outcomes.get(name)?.push(await run());
  }
  return outcomes;
}
