/** Numbers drawn from a seed, so that what was measured can be measured again. */

export type SeededRandom = {
  /** Evenly from 0 to below 1. */
  fraction(): number;
  /** Evenly from `from` to `to`, both included. */
  integer(from: number, to: number): number;
};

/** mulberry32: 32 bits of state, enough to draw graphs. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    fraction,
    integer: (from, to) => from + Math.floor(fraction() * (to - from + 1)),
  };
}
