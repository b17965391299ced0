/** The limit on runs at work in one process: the others queue, in the order in which they came. */
import type { RunId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';

const defaults = { atWork: 10, queued: 100 };

export class RunPlaces {
  readonly #limits: { atWork: number; queued: number };
  readonly #atWork = new Set<RunId>();
  /** What to call when it is a run's turn. */
  readonly #queue = new Map<RunId, () => void>();

  constructor(limits = defaults) {
    this.#limits = limits;
  }

  /** @returns false while the run must wait; `onTurn` is then called when it need not any more */
  enter(runId: RunId, onTurn: () => void): boolean {
    if (this.#atWork.has(runId)) return true;
    const isFirst = this.#queue.size === 0 || this.#queue.keys().next().value === runId;
    if (isFirst && this.#atWork.size < this.#limits.atWork) {
      this.#queue.delete(runId);
      this.#atWork.add(runId);
      return true;
    }
    this.#queue.set(runId, onTurn);
    return false;
  }

  /** A run that has ended or waits for a person works no more, and one that is closed no longer queues. */
  leave(runId: RunId): void {
    this.#queue.delete(runId);
    this.#atWork.delete(runId);
    const next = this.#queue.values().next().value;
    if (this.#atWork.size < this.#limits.atWork) next?.();
  }

  /** Before a run is begun or taken up. @throws MusterError `too-many-runs` */
  requireRoom(): void {
    const { atWork, queued } = this.#limits;
    if (this.#queue.size < queued) return;
    throw new MusterError(
      'too-many-runs',
      `${atWork} runs are at work in this window and ${queued} wait for their turn, which is the most. Nothing was started and nothing was changed. Wait until some have ended, or cancel some.`,
    );
  }
}
