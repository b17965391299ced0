/** A lane's working copy as tools see it: files, search and shell on one root. */
import type { Lane, Shell } from '../engine/ports.ts';
import { createLaneFiles } from './lane-files.ts';
import { createLaneSearch } from './lane-search.ts';
import { createLaneShell } from './lane-shell.ts';

/** @param workspace the lane links to its installed packages, which can be read */
export function makeLane(
  root: string,
  shell: Shell = createLaneShell({ root }),
  workspace?: string,
): Lane {
  return {
    files: createLaneFiles(root, workspace),
    search: createLaneSearch(root),
    shell,
  };
}
