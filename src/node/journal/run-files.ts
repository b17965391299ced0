/** Where the journal keeps what, below the state folder of a workspace. */
import path from 'node:path';
import type { RunId } from '../../shared/ids.ts';

export type RunFiles = {
  folder: string;
  log: string;
  bodies: string;
  /** One small file for each process that holds the run, or tries to. */
  holders: string;
  summary: string;
};

export function runsFolder(stateFolder: string): string {
  return path.join(stateFolder, 'runs');
}

export function runFiles(stateFolder: string, runId: RunId): RunFiles {
  const folder = path.join(runsFolder(stateFolder), runId);
  return {
    folder,
    log: path.join(folder, 'events.jsonl'),
    bodies: path.join(folder, 'bodies'),
    holders: path.join(folder, 'holders'),
    summary: path.join(folder, 'summary.json'),
  };
}
