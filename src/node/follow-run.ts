/** A run that another process executes, as it goes: its events as they are appended, and who holds it. */
import type { Timer } from '../engine/ports.ts';
import type { RunEvent } from '../shared/events.ts';
import { reduce } from '../shared/reduce.ts';
import type { RunState } from '../shared/run-state.ts';
import type { LeaseState } from './database/lease-table.ts';
import type { Database } from './database/open-database.ts';

export type Following = {
  database: Database;
  timer: Timer;
  /** As it was read; what comes behind it is told. */
  state: RunState;
  onEvents(events: readonly RunEvent[], state: RunState): void;
  /** At first, and whenever it is another. */
  onLease(lease: LeaseState, state: RunState): void;
  /** Asked after events and at each look at the lease: whether to follow no longer. */
  until(state: RunState, lease: LeaseState): boolean;
};

const lookMs = 1_000;

/** @returns who holds the run when `until` says so; an abort rejects with the signal's reason */
export async function followRun(following: Following, signal: AbortSignal): Promise<LeaseState> {
  const { database, timer, onEvents, onLease, until } = following;
  const { runId } = following.state;
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  let { state } = following;
  let lease = await database.leaseOf(runId);
  const tell = (events: readonly RunEvent[]) => {
    for (const event of events) state = reduce(state, event);
    if (events.length > 0) onEvents(events, state);
  };
  const watch = async () => {
    for await (const events of database.watchRun(runId, state.seq, stop)) {
      tell(events);
      if (until(state, lease)) return;
    }
  };
  const look = async () => {
    onLease(lease, state);
    while (!until(state, lease)) {
      await timer.sleep(lookMs, stop);
      const now = await database.leaseOf(runId);
      const changed = JSON.stringify(now) !== JSON.stringify(lease);
      lease = now;
      if (changed) onLease(lease, state);
    }
  };
  const both = [watch(), look()];
  try {
    await Promise.race(both);
  } finally {
    ended.abort(new Error('Followed to its end'));
    await Promise.allSettled(both);
  }
  // What its owner appended before it let go.
  tell(await database.readRun(runId).read(state.seq));
  return lease;
}
