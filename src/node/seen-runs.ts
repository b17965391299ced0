/** States of runs that were looked at, so that a second look reads only what was appended since. */
import type { RunId } from '../shared/ids.ts';
import { reduce } from '../shared/reduce.ts';
import type { RunState } from '../shared/run-state.ts';
import type { RunReader } from './database/leased-journal.ts';

export type SeenRuns = {
  /** @returns undefined for a log without events. @throws MusterError `not-found`, `storage` */
  catchUp(reader: RunReader): Promise<RunState | undefined>;
  keep(state: RunState): void;
};

/** A state of a large run is some megabytes. */
const mostKept = 8;

export function seenRuns(): SeenRuns {
  const kept = new Map<RunId, RunState>();
  const keep = (state: RunState) => {
    kept.delete(state.runId);
    kept.set(state.runId, state);
    for (const runId of kept.keys()) {
      if (kept.size <= mostKept) return;
      kept.delete(runId);
    }
  };
  return {
    keep,
    async catchUp(reader) {
      let state = kept.get(reader.runId);
      for (const event of await reader.read(state?.seq ?? 0)) state = reduce(state, event);
      if (state) keep(state);
      return state;
    },
  };
}
