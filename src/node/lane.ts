/** A lane's working copy as tools see it: files, search and shell on one root. */
import type { Lane } from '../engine/ports.ts';
import { createLaneFiles } from './lane-files.ts';
import { createLaneSearch, type LaneSearchOptions } from './lane-search.ts';
import type { LaneShellOptions } from './lane-shell.ts';
import { createLaneShell } from './lane-shell.ts';

export function makeLane(
  root: string,
  shell: Omit<LaneShellOptions, 'root'> = {},
  search: LaneSearchOptions = {},
): Lane {
  return {
    files: createLaneFiles(root),
    search: createLaneSearch(root, search),
    shell: createLaneShell({ ...shell, root }),
  };
}
