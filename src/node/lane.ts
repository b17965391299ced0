/** A lane's working copy as tools see it: files, search, code and shell on one root. */
import type { Lane } from '../engine/ports.ts';
import { type CodeParser, createCodeParser } from './code/code-parser.ts';
import { createLaneCode } from './code/lane-code.ts';
import { createLaneFiles } from './lane-files.ts';
import { createLaneSearch, type LaneSearchOptions } from './lane-search.ts';
import type { LaneShellOptions } from './lane-shell.ts';
import { createLaneShell } from './lane-shell.ts';

export type LaneParts = LaneSearchOptions & { parser?: CodeParser };

export function makeLane(
  root: string,
  shell: Omit<LaneShellOptions, 'root'> = {},
  parts: LaneParts = {},
): Lane {
  const files = createLaneFiles(root);
  const search = createLaneSearch(root, parts);
  const parser = parts.parser ?? createCodeParser();
  return {
    files,
    search,
    code: createLaneCode({ files, search, parser }),
    shell: createLaneShell({ ...shell, root }),
  };
}
