/** Where staging keeps what, below the state folder of a workspace. */
import path from 'node:path';
import type { LaneId, RunId } from '../../shared/ids.ts';

export type Places = {
  gitDir: string;
  /** Working copies of the run's lanes. */
  lanes: string;
  /** Index files, ignore rules and drafts of the run. */
  scratch: string;
  /** Ignore rules that count in every lane, below its own `.gitignore` files. */
  excludes: string;
};

export function placesOf(folder: string, runId: RunId): Places {
  const scratch = path.join(folder, 'staging', runId);
  return {
    gitDir: path.join(folder, 'shadow.git'),
    lanes: path.join(folder, 'lanes', runId),
    scratch,
    excludes: path.join(scratch, 'exclude'),
  };
}

export function laneRoot(places: Places, lane: LaneId): string {
  return path.join(places.lanes, lane);
}

export function laneIndex(places: Places, lane: LaneId): string {
  return path.join(places.scratch, 'indexes', lane);
}
