/** The bytes that each side of a review shows: the base, and the proposal without what was rejected. */
import { withoutRejected } from '../../engine/review/apply-decisions.ts';
import type { RunHost } from '../../node/run-host.ts';
import type { ReviewedFile } from '../../shared/changes.ts';
import type { RunId } from '../../shared/ids.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { ReviewedUri } from '../review-uris.ts';

export type ReviewSource = {
  host(): Promise<RunHost>;
  state(runId: RunId): Promise<RunState>;
};

type Sides = { before: Uint8Array | undefined; proposed: Uint8Array | undefined };

/** A tree never changes, so that what was read of it holds; so many files are kept. */
const keptFiles = 64;

export class ShownTexts {
  readonly #source: ReviewSource;
  readonly #read = new Map<string, Promise<Uint8Array | undefined>>();

  constructor(source: ReviewSource) {
    this.#source = source;
  }

  /** Undefined where the side does not exist, or the file is in no change set. */
  async of({ runId, side, path }: ReviewedUri): Promise<Uint8Array | undefined> {
    const { changes } = await this.#source.state(runId);
    const file = changes?.files.find((each) => each.path === path);
    if (!changes || !file) return undefined;
    const before = this.#readAt(runId, changes.base, path);
    if (side === 'base') return before;
    const proposed = this.#readAt(runId, changes.head, path);
    return shownOf(file, { before: await before, proposed: await proposed });
  }

  async #readAt(runId: RunId, tree: string, path: string): Promise<Uint8Array | undefined> {
    const key = `${runId} ${tree} ${path}`;
    const known = this.#read.get(key);
    // Asked for last, thrown out last.
    if (known) this.#read.delete(key);
    const reading = known ?? this.#source.host().then((host) => host.readFile(runId, tree, path));
    this.#read.set(key, reading);
    if (!known) reading.catch(() => this.#read.delete(key));
    const [oldest] = this.#read.keys();
    if (this.#read.size > keptFiles && oldest !== undefined) this.#read.delete(oldest);
    return reading;
  }
}

function shownOf(file: ReviewedFile, { before, proposed }: Sides): Uint8Array | undefined {
  if (file.hunks.length > 0) return withoutRejected(before, proposed, file);
  return file.whole === 'rejected' ? before : proposed;
}
