/** A clock that moves only when the test says so; sleepers wake when their time has come. */
import type { Clock, Timer } from '../../../src/engine/ports.ts';

export type HeldTime = {
  clock: Clock;
  timer: Timer;
  advance(ms: number): void;
  /** Resolves when somebody goes to sleep from now on. */
  nextSleep(): Promise<void>;
};

export function heldTime(start = Date.UTC(2026, 0, 1)): HeldTime {
  let now = start;
  const sleepers = new Set<{ until: number; wake(): void }>();
  let told = Promise.withResolvers<void>();
  return {
    clock: { now: () => new Date(now) },
    timer: {
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          signal.throwIfAborted();
          const sleeper = { until: now + ms, wake: resolve };
          sleepers.add(sleeper);
          told.resolve();
          told = Promise.withResolvers();
          signal.addEventListener('abort', () => {
            sleepers.delete(sleeper);
            reject(signal.reason);
          });
        }),
    },
    nextSleep: () => told.promise,
    advance(ms) {
      now += ms;
      for (const sleeper of sleepers) {
        // Wakes everybody: a jump of the clock must not wait for a sleep that was measured before.
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}
