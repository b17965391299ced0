/** The limits on tasks and runs at work, shared by all runs of a process. */
import type { RunId } from '../../shared/ids.ts';
import { RunPlaces } from './run-places.ts';

export class Slots {
  readonly runs: RunPlaces;
  readonly #limit: () => number;
  readonly #used = new Map<RunId, number>();
  readonly #listeners = new Map<RunId, () => void>();

  /** @param limit asked anew each time, so that a changed setting takes effect at once */
  constructor(limit: () => number, runs: RunPlaces = new RunPlaces()) {
    this.#limit = limit;
    this.runs = runs;
  }

  free(): number {
    let used = 0;
    for (const count of this.#used.values()) used += count;
    return this.#limit() - used;
  }

  /** Says how many slots a run holds; the others are told when that is fewer than before. */
  report(runId: RunId, used: number): void {
    const before = this.#used.get(runId) ?? 0;
    if (used === 0) this.#used.delete(runId);
    else this.#used.set(runId, used);
    if (used >= before) return;
    for (const [other, listener] of this.#listeners) if (other !== runId) listener();
  }

  /** @returns ends the listening and gives back what the run held */
  join(runId: RunId, onFreed: () => void): () => void {
    this.#listeners.set(runId, onFreed);
    return () => {
      this.#listeners.delete(runId);
      this.report(runId, 0);
    };
  }
}
