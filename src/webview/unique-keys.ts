/** Keys for lists that models write, in which the same words may stand twice. */

export type Keyed<Item> = { key: string; item: Item };

export function withKeys<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
): Array<Keyed<Item>> {
  const seen = new Map<string, number>();
  return items.map((item) => {
    const name = nameOf(item);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return { key: `${name}#${times}`, item };
  });
}
