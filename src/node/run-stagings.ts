/** The staged copies of a workspace's runs, and the lanes of their tasks, with what all of them share. */
import { join } from 'node:path';
import type { Lane } from '../engine/lane-ports.ts';
import type { RunId } from '../shared/ids.ts';
import { createCodeParser } from './code/code-parser.ts';
import { makeLane } from './lane.ts';
import type { LaneSettings, RunHostOptions } from './run-host-options.ts';
import { findRipgrep } from './search/find-ripgrep.ts';
import { usualDependencyFolders } from './staging/dependency-folders.ts';
import type { UnsavedFile } from './staging/fill-index.ts';
import { defaultCapBytes } from './staging/measure-storage.ts';
import { createStaging, type LaneSurroundings, type StagedRun } from './staging/staging.ts';
import type { StateFolder } from './state-folder.ts';
import { createConfinedShell } from './terminal/confined-shell.ts';

export type RunStagings = {
  /** Made when it is first asked for; `unsaved` counts then alone. */
  of(runId: RunId, unsaved?: readonly UnsavedFile[]): StagedRun;
  close(): Promise<void>;
};

const usualLanes: LaneSettings = {
  link: usualDependencyFolders,
  setUp: '',
  capBytes: defaultCapBytes,
};

export function laneSettings({ lanes }: Pick<RunHostOptions, 'lanes'>): LaneSettings {
  return lanes?.() ?? usualLanes;
}

export function runStagings(
  { folder, workspace }: StateFolder,
  options: Pick<RunHostOptions, 'editorRoot' | 'lanes' | 'onRecovered' | 'terminal'>,
): RunStagings {
  const known = new Map<RunId, StagedRun>();
  const parser = createCodeParser();
  const { editorRoot, terminal } = options;
  const ripgrep = () => findRipgrep(editorRoot);

  const lane = (runId: RunId, root: string, surroundings: LaneSurroundings): Lane => {
    const { temporaryFolder, linkedFrom, git } = surroundings;
    const shell = createConfinedShell({
      root,
      scratch: temporaryFolder,
      quarantine: join(folder, 'quarantine', runId),
      hidden: [workspace, folder],
      readable: linkedFrom,
      ...(terminal === undefined ? {} : { sandbox: terminal.sandbox }),
    });
    return makeLane(root, shell, { ripgrep, parser, git, workspace, linkedFrom });
  };

  return {
    of(runId, unsaved = []) {
      const made = known.get(runId);
      if (made) return made;
      const { link, setUp } = laneSettings(options);
      const staging = createStaging({
        workspace,
        folder,
        runId,
        unsaved,
        makeLane: (_, root, surroundings) => lane(runId, root, surroundings),
        link,
        setUp: { command: setUp, say: options.onRecovered },
      });
      known.set(runId, staging);
      return staging;
    },
    async close() {
      await Promise.allSettled([...known.values()].map((staging) => staging.close()));
      known.clear();
      await parser.close();
    },
  };
}
