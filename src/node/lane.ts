/** A lane's working copy as tools see it: files, search, code, git and shell on one root. */
import type { Git, Lane, Shell } from '../engine/lane-ports.ts';
import { MusterError } from '../shared/muster-error.ts';
import { type CodeParser, createCodeParser } from './code/code-parser.ts';
import { createLaneCode } from './code/lane-code.ts';
import { createLaneFiles } from './lane-files.ts';
import { createLaneSearch, type LaneSearchOptions } from './lane-search.ts';
import { createLaneShell } from './lane-shell.ts';
import type { GuardOptions } from './path-guard.ts';

export type LaneParts = LaneSearchOptions &
  Pick<GuardOptions, 'workspace' | 'linkedFrom'> & {
    /** Absent for a folder that is no lane of a staging: its history is not known. */
    git?: Git;
    /** Shared by all lanes of a process; one of its own by default. */
    parser?: CodeParser;
  };

export function makeLane(
  root: string,
  shell: Shell = createLaneShell({ root }),
  parts: LaneParts = {},
): Lane {
  const files = createLaneFiles(root, parts);
  const search = createLaneSearch(root, parts);
  const parser = parts.parser ?? createCodeParser();
  return {
    files,
    search,
    code: createLaneCode({ files, search, parser }),
    git: parts.git ?? noGit,
    shell,
  };
}

const noHistory = async (): Promise<never> => {
  throw new MusterError(
    'bad-input',
    'There is no history here. Use the tools that read and search files instead.',
  );
};

const noGit: Git = {
  status: noHistory,
  diff: noHistory,
  log: noHistory,
  show: noHistory,
  blame: noHistory,
  commit: noHistory,
};
