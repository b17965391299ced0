/** Random numbers from a seed that the test prints, so that what failed can be played again. */
import process from 'node:process';

export type SeededRandom = {
  readonly seed: number;
  /** A whole number from 0 up to, not including, `below`. */
  below(below: number): number;
  chance(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
};

/** From the environment variable `SEED`, else from the clock. */
export function seededRandom(): SeededRandom {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  let state = seed >>> 0;
  // Mulberry32, by Tommy Ettinger; in the public domain.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    seed,
    below,
    chance: (probability) => next() < probability,
    pick(items) {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('Nothing to pick from');
      return item;
    },
  };
}
