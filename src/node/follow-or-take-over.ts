/** A window that shows a run of another process: follows it, and executes it once its owner has died. */
import type { ModelProvider } from '../engine/model-port.ts';
import type { Random, Timer } from '../engine/ports.ts';
import { isAtRest } from '../engine/run/is-at-rest.ts';
import type { RunDriver } from '../engine/run/run-driver.ts';
import type { RunEvent } from '../shared/events.ts';
import type { RunId } from '../shared/ids.ts';
import type { RunState } from '../shared/run-state.ts';
import type { LeaseState } from './database/lease-table.ts';
import { whenHeld } from './instruct-run.ts';
import type { RunHost } from './run-host.ts';

export type Onlooker = {
  host: RunHost;
  timer: Timer;
  random: Random;
  provider(state: RunState): Promise<ModelProvider>;
  onEvents(events: readonly RunEvent[], state: RunState): void;
  onLease(lease: LeaseState): void;
};

/** Several windows that look on do not all come at once; the lease decides between those that do. */
const longestHesitationMs = 1_000;

/**
 * Only a run that was seen at work is taken over, and only from an owner that did not give it up:
 * one that was stopped on purpose waits for a person.
 * @returns the run, not started; an abort rejects with the signal's reason
 */
export async function followOrTakeOver(
  { host, timer, random, provider, onEvents, onLease }: Onlooker,
  runId: RunId,
  signal: AbortSignal,
): Promise<RunDriver> {
  let wasHeld = false;
  const see = (lease: LeaseState) => {
    wasHeld ||= lease.is === 'held';
    onLease(lease);
  };
  const isOrphaned = (state: RunState, lease: LeaseState) =>
    wasHeld && lease.is === 'abandoned' && !isAtRest(state);
  for (;;) {
    const before = await host.state(runId);
    await host.follow(before, { onEvents, onLease: see, until: isOrphaned }, signal);
    await timer.sleep(random.fraction() * longestHesitationMs, signal);
    const state = await host.state(runId);
    if (!isOrphaned(state, await host.leaseOf(runId))) continue;
    const driver = await host.resume(runId, await provider(state)).catch(whenHeld);
    if (driver) return driver;
  }
}
