/** Looks at many files at once without opening as many as there are. */

const batchSize = 128;

export async function inBatches<Item, Result>(
  items: readonly Item[],
  look: (item: Item) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += batchSize) {
    signal.throwIfAborted();
    results.push(...(await Promise.all(items.slice(start, start + batchSize).map(look))));
  }
  return results;
}
