/** Time that stands still while anybody has something to do, and then jumps to the next who wakes. */
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { Clock, Timer } from '../../src/engine/ports.ts';

type Sleeper = { until: number; wake: () => void };

export class VirtualTime {
  #now = 0;
  #sleepers: Sleeper[] = [];
  #asked = 0;
  readonly #quietTurns: number;

  /** @param quietTurns turns of the event loop without a new sleeper, after which nobody is busy */
  constructor(quietTurns: number) {
    this.#quietTurns = quietTurns;
  }

  /** Units since the beginning. */
  get now(): number {
    return this.#now;
  }

  sleep(duration: number): Promise<void> {
    this.#asked += 1;
    return new Promise((wake) => this.#sleepers.push({ until: this.#now + duration, wake }));
  }

  /** Moves time on until the work is done. */
  async run(work: Promise<unknown>): Promise<void> {
    let done = false;
    const ended = work.finally(() => {
      done = true;
    });
    // Awaited below; until then a failure is not unhandled.
    ended.catch(() => {});
    while (!done) {
      await this.#quiet();
      if (done) break;
      if (this.#sleepers.length === 0) await wait(1);
      else this.#advance();
    }
    await ended;
  }

  async #quiet(): Promise<void> {
    for (let turns = 0; turns < this.#quietTurns; turns += 1) {
      const asked = this.#asked;
      await turn();
      if (this.#asked !== asked) turns = -1;
    }
  }

  #advance(): void {
    this.#now = Math.min(...this.#sleepers.map(({ until }) => until));
    const due = this.#sleepers.filter(({ until }) => until <= this.#now);
    this.#sleepers = this.#sleepers.filter(({ until }) => until > this.#now);
    for (const { wake } of due) wake();
  }
}

/** A clock that stands still and a timer that never wakes: no measured run waits for a deadline. */
export const stoppedTime: { clock: Clock; timer: Timer } = {
  clock: { now: () => new Date(0) },
  timer: {
    sleep: (_, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
      ),
  },
};
