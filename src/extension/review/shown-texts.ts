/** The bytes that each side of a review shows: the base, and the proposal without what was rejected. */
import { withoutRejected } from '../../engine/review/apply-decisions.ts';
import type { RunHost } from '../../node/run-host.ts';
import { basePath, type ReviewedFile } from '../../shared/changes.ts';
import type { RunId } from '../../shared/ids.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { ReviewedUri } from '../review-uris.ts';
import { TreeFiles } from './tree-files.ts';

export type ReviewSource = {
  host(): Promise<RunHost>;
  state(runId: RunId): Promise<RunState>;
};

type Sides = { before: Uint8Array | undefined; proposed: Uint8Array | undefined };

export class ShownTexts {
  readonly #trees: TreeFiles;
  readonly #source: ReviewSource;

  constructor(source: ReviewSource) {
    this.#source = source;
    this.#trees = new TreeFiles(async (runId, tree, paths) =>
      (await source.host()).readFiles(runId, tree, paths),
    );
  }

  /** Undefined where the side does not exist, or the file is in no change set. */
  async of({ runId, side, path }: ReviewedUri): Promise<Uint8Array | undefined> {
    const changes = changesShown(await this.#source.state(runId));
    const file = changes?.files.find((each) => each.path === path);
    if (!changes || !file) return undefined;
    const before = this.#trees.read(runId, changes.base, basePath(file));
    if (side === 'base') return before;
    const proposed = this.#trees.read(runId, changes.head, path);
    return shownOf(file, { before: await before, proposed: await proposed });
  }
}

/** While something that was sent back is worked on, what was reviewed last stays to be looked at. */
function changesShown({ changes, earlierTrees, earlierDecisions: files }: RunState) {
  return changes ?? (earlierTrees && files && { ...earlierTrees, files });
}

function shownOf(file: ReviewedFile, { before, proposed }: Sides): Uint8Array | undefined {
  if (file.hunks.length > 0) return withoutRejected(before, proposed, file);
  return file.whole === 'rejected' ? before : proposed;
}
