/** The runs that this window shows and another process may execute: followed live, and taken over when their owner dies. */
import type * as vscode from 'vscode';
import type { ModelProvider } from '../engine/model-port.ts';
import type { RunDriver } from '../engine/run/run-driver.ts';
import type { LeaseState } from '../node/database/lease-table.ts';
import { followOrTakeOver } from '../node/follow-or-take-over.ts';
import type { RunHost } from '../node/run-host.ts';
import { systemRandom } from '../node/system-random.ts';
import { systemTimer } from '../node/system-timer.ts';
import type { RunEvent } from '../shared/events.ts';
import type { RunId } from '../shared/ids.ts';
import type { Elsewhere } from '../shared/protocol.ts';
import type { RunState } from '../shared/run-state.ts';

export type Watching = {
  host(): Promise<RunHost>;
  provider(host: RunHost, ofRun: string): Promise<ModelProvider>;
  onEvents(runId: RunId, events: readonly RunEvent[], state: RunState): void;
  /** Another process took the run, or gave it up. */
  onHolder(runId: RunId): void;
  onTakenOver(driver: RunDriver): void;
  onProblem(error: unknown): void;
};

type Watched = { stop: AbortController; lease: LeaseState };

export class WatchedRuns implements vscode.Disposable {
  readonly #watching: Watching;
  readonly #runs = new Map<RunId, Watched>();

  constructor(watching: Watching) {
    this.#watching = watching;
  }

  watch(runId: RunId): void {
    if (this.#runs.has(runId)) return;
    const watched: Watched = { stop: new AbortController(), lease: { is: 'free' } };
    this.#runs.set(runId, watched);
    this.#follow(runId, watched)
      .catch((error: unknown) => {
        if (!watched.stop.signal.aborted) this.#watching.onProblem(error);
      })
      .finally(() => {
        if (this.#runs.get(runId) === watched) this.#runs.delete(runId);
      });
  }

  unwatch(runId: RunId): void {
    this.#runs.get(runId)?.stop.abort(new Error('No longer watched'));
    this.#runs.delete(runId);
  }

  unwatchAllBut(keep: (runId: RunId) => boolean): void {
    for (const runId of [...this.#runs.keys()]) if (!keep(runId)) this.unwatch(runId);
  }

  /** The other process that executes the run, as far as it is known. */
  elsewhere(runId: RunId): Elsewhere | null {
    const lease = this.#runs.get(runId)?.lease;
    if (lease?.is !== 'held') return null;
    const { pid, host } = lease;
    return { pid, ...(host === undefined ? {} : { host }) };
  }

  dispose(): void {
    this.unwatchAllBut(() => false);
  }

  async #follow(runId: RunId, watched: Watched): Promise<void> {
    const { onEvents, onHolder, onTakenOver, provider } = this.#watching;
    const host = await this.#watching.host();
    if (host.driver(runId)) return;
    const driver = await followOrTakeOver(
      {
        host,
        timer: systemTimer,
        random: systemRandom,
        provider: (state) => provider(host, state.provider),
        onEvents: (events, state) => onEvents(runId, events, state),
        onLease(lease) {
          const changed = lease.is !== watched.lease.is;
          watched.lease = lease;
          if (changed && !watched.stop.signal.aborted) onHolder(runId);
        },
      },
      runId,
      watched.stop.signal,
    );
    onTakenOver(driver);
  }
}
