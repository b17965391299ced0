/** A workspace in a temporary folder, with or without a repository, and staging beside it. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Lane } from '../../../../src/engine/lane-ports.ts';
import type { Staging } from '../../../../src/engine/ports.ts';
import {
  createStaging,
  type StagedRun,
  type StagingOptions,
} from '../../../../src/node/staging/staging.ts';
import { LaneId, RunId } from '../../../../src/shared/ids.ts';
import { closeBeforeRemoval } from '../../../support/temporary-folder.ts';

export const never = new AbortController().signal;
export const laneA = LaneId.parse('a');
export const laneB = LaneId.parse('b');

export type StagedWorkspace = {
  workspace: string;
  state: string;
  /** What a home folder would be, for the person's own git configuration. */
  home: string;
  write(name: string, content: string | Uint8Array, mode?: number): Promise<void>;
  link(name: string, target: string): Promise<void>;
  /** Runs the person's git in the workspace, or in a folder of it. */
  git(args: string[], below?: string): Promise<string>;
  initialise(): Promise<void>;
  staging(options?: Partial<StagingOptions>): StagedRun;
  laneFolder(lane: LaneId, run?: string): string;
};

export async function stagedWorkspace(base: string): Promise<StagedWorkspace> {
  const workspace = path.join(base, 'workspace');
  const home = path.join(base, 'home');
  const state = path.join(base, 'state');
  await mkdir(workspace);
  await mkdir(home);
  const at = (name: string) => path.join(workspace, name);
  const git = async (args: string[], below = '') => {
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: home,
      GIT_AUTHOR_NAME: 'Person',
      GIT_AUTHOR_EMAIL: 'person@localhost',
      GIT_COMMITTER_NAME: 'Person',
      GIT_COMMITTER_EMAIL: 'person@localhost',
      GIT_CONFIG_NOSYSTEM: '1',
    };
    return (await promisify(execFile)('git', args, { cwd: at(below), env })).stdout;
  };
  return {
    workspace,
    state,
    home,
    git,
    async write(name, content, mode = 0o644) {
      await mkdir(path.dirname(at(name)), { recursive: true });
      await writeFile(at(name), content);
      await chmod(at(name), mode);
    },
    async link(name, target) {
      await mkdir(path.dirname(at(name)), { recursive: true });
      await symlink(target, at(name));
    },
    async initialise() {
      await git(['init', '--quiet', '--initial-branch=main']);
      await git(['add', '--all']);
      await git(['commit', '--quiet', '--allow-empty', '--message=first']);
    },
    staging(options = {}) {
      const runId = RunId.parse('run-1');
      const staging = createStaging({
        workspace,
        folder: state,
        runId,
        makeLane: laneWithoutTools,
        ...options,
      });
      closeBeforeRemoval(() => staging.close());
      return staging;
    },
    laneFolder: (lane, run = 'run-1') => path.join(state, 'lanes', run, lane),
  };
}

/** The files of a commit or tree, by checking it out into a lane of its own. */
export async function openLaneAt(
  place: StagedWorkspace,
  staging: Staging,
  commit: string,
  lane: LaneId = laneA,
): Promise<string> {
  await staging.openLane(lane, { base: commit }, never);
  return place.laneFolder(lane);
}

export async function readText(staging: Staging, at: string, file: string): Promise<string> {
  const bytes = await staging.readFile(at, file);
  return bytes === undefined ? '(absent)' : Buffer.from(bytes).toString('utf8');
}

/** Records what a lane holds after a change made in it, and commits it on its base. */
export async function commitLane(
  staging: Staging,
  lane: LaneId,
  base: string,
  message = 'work',
): Promise<string> {
  return staging.commit(await staging.recordTree(lane, never), base, message);
}

function laneWithoutTools(): Lane {
  throw new Error('these tests use no tools');
}
