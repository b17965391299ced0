/** Does many things a few at a time; when one fails, those already begun end first, so that nothing goes on behind. */

const usualSize = 16;

export async function inGroups<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
  size = usualSize,
): Promise<void> {
  for (let start = 0; start < items.length; start += size) {
    const ended = await Promise.allSettled(items.slice(start, start + size).map(work));
    const failed = ended.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }
}
