/** A clock that stands still until somebody sleeps on it; sleeping takes no time and moves it on. */
import type { Clock, Timer } from '../../../src/engine/ports.ts';

export type FakeTime = {
  clock: Clock;
  timer: Timer;
  /** Milliseconds of each sleep, in the order in which they began. */
  readonly slept: readonly number[];
  now(): number;
};

export function fakeTime(start = Date.UTC(2026, 0, 1)): FakeTime {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    clock: { now: () => new Date(now) },
    timer: {
      async sleep(ms, signal) {
        signal.throwIfAborted();
        slept.push(ms);
        const until = now + ms;
        await Promise.resolve();
        now = Math.max(now, until);
      },
    },
  };
}
