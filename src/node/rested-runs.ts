/** Runs that this process let go of while they wait for a person: nothing of them is open, and their deadlines are kept. */

import type { Clock, Timer } from '../engine/ports.ts';
import { nextDeadline } from '../engine/run/decide-deadlines.ts';
import type { RunId } from '../shared/ids.ts';
import type { RunState } from '../shared/run-state.ts';

export type RestedRuns = {
  rest(state: RunState): void;
  /** @returns whether it rested */
  wake(runId: RunId): boolean;
  close(): void;
};

/** A clock that jumps is noticed within this time. */
const longestMs = 60_000;
const shortestMs = 1_000;

export function restedRuns({
  clock,
  timer,
  look,
}: {
  clock: Clock;
  timer: Timer;
  /** The run as it is now, with what is due. */
  look(runId: RunId): Promise<RunState>;
}): RestedRuns {
  const waking = new Map<RunId, AbortController>();
  const keepDeadlines = async (rested: RunState, signal: AbortSignal) => {
    for (let state = rested; ; ) {
      const next = nextDeadline(state);
      if (next === undefined) return;
      const left = next - clock.now().getTime();
      await timer.sleep(Math.max(shortestMs, Math.min(left, longestMs)), signal);
      state = await look(state.runId);
    }
  };
  const wake = (runId: RunId) => {
    waking.get(runId)?.abort(new Error('The run goes on'));
    return waking.delete(runId);
  };
  return {
    wake,
    rest(state) {
      wake(state.runId);
      const controller = new AbortController();
      waking.set(state.runId, controller);
      // Woken; or not to be read, which the next who looks at it is told.
      keepDeadlines(state, controller.signal).catch(() => {});
    },
    close() {
      for (const runId of [...waking.keys()]) wake(runId);
    },
  };
}
