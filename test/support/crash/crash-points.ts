/** Where a run is killed: drawn from a seed, spread evenly over its events. */
import type { Kill } from './crash-stage.ts';

export type CrashPoint = { number: number; kills: Kill[] };

/**
 * One point in each of `count` equal stretches of the log, so that none is left out.
 * @param draw `within`: the part of the log that is drawn from, as fractions; all of it by default
 */
export function drawPoints(draw: {
  seed: number;
  count: number;
  events: number;
  within?: [number, number];
}): CrashPoint[] {
  const { seed, count, events, within: [first, last] = [0, 1] } = draw;
  return Array.from({ length: count }, (_, index) => {
    const fraction = fractions(seed + index * 7919);
    const place = first + ((index + fraction()) / count) * (last - first);
    const at = Math.min(events - 1, 1 + Math.floor(place * (events - 1)));
    const kills: Kill[] = [{ at, operations: operationsFrom(fraction) }];
    // Some are killed a second time: while they are being taken up again, or at work again.
    if (index % 5 === 4) {
      kills.push({
        at: at + 1 + Math.floor(fraction() * 150),
        operations: operationsFrom(fraction),
      });
    }
    return { number: index + 1, kills };
  });
}

/** After every event in turn. */
export function everyPoint(events: number): CrashPoint[] {
  return Array.from({ length: events - 1 }, (_, index) => ({
    number: index + 1,
    kills: [{ at: index + 1, operations: 0 }],
  }));
}

/** Right at the event, or in what is done after it. */
function operationsFrom(fraction: () => number): number {
  return fraction() < 0.5 ? 0 : Math.floor(fraction() * 60);
}

/** Mulberry32: small, and the same on every machine. */
function fractions(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
