/** Where staging keeps what, below the state folder of a workspace. */
import path from 'node:path';
import type { LaneId, RunId } from '../../shared/ids.ts';

export type Places = {
  gitDir: string;
  /** Working copies of the run's lanes. */
  lanes: string;
  /** Index files, ignore rules and drafts of the run. */
  scratch: string;
  /** The index of the last snapshot of the workspace, whichever run took it. */
  last: string;
  /** Working copies, and their indexes, that wait for the next lane of any run. */
  pool: { lanes: string; indexes: string };
  /** Where the person's objects are, as long as the run's snapshot stands on them. */
  borrowed: string;
  /** One line for each object that the run's log names. */
  roots: string;
  /** Ignore rules that count in every lane, below its own `.gitignore` files. */
  excludes: string;
};

export function placesOf(folder: string, runId: RunId): Places {
  const scratch = path.join(folder, 'staging', runId);
  return {
    gitDir: path.join(folder, 'shadow.git'),
    lanes: path.join(folder, 'lanes', runId),
    scratch,
    last: path.join(folder, 'staging', '.last'),
    pool: {
      lanes: path.join(folder, 'lanes', '.pool'),
      indexes: path.join(folder, 'staging', '.pool'),
    },
    borrowed: path.join(scratch, 'borrowed'),
    roots: path.join(scratch, 'roots'),
    excludes: path.join(scratch, 'exclude'),
  };
}

export function laneRoot(places: Places, lane: LaneId): string {
  return path.join(places.lanes, lane);
}

export function laneIndex(places: Places, lane: LaneId): string {
  return path.join(places.scratch, 'indexes', lane);
}

/** Home and temporary files of the lane's commands, from its opening to its end. */
export function lanePrivate(places: Places, lane: LaneId): string {
  return path.join(places.scratch, 'private', lane);
}
