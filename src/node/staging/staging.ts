/** Staging on git: a shadow repository in the state folder, and one working copy for each lane. */
import type { Lane, MergeOutcome, Staging } from '../../engine/ports.ts';
import type { LaneId, RunId } from '../../shared/ids.ts';
import { splitNames } from '../git/null-separated.ts';
import { openShadowGit, type ShadowGit } from '../git/shadow-git.ts';
import { diffTrees, writePatch } from './diff-trees.ts';
import {
  type LaneCopy,
  laneCopy,
  openLaneCopy,
  recordLaneCopy,
  removeLaneCopy,
} from './lane-copy.ts';
import { laneRoot, placesOf } from './places.ts';
import { lostState, readFilesAt } from './read-files.ts';
import { replaceFiles } from './replace-files.ts';
import { takeSnapshot, type UnsavedFile } from './take-snapshot.ts';

const defaultMaxFileBytes = 20 * 1024 * 1024;

export type StagingOptions = {
  /** The real path of the workspace. */
  workspace: string;
  /** The workspace's state folder. */
  folder: string;
  runId: RunId;
  /** What tools get to see of a lane whose working copy is at `root`. */
  makeLane: (laneId: LaneId, root: string) => Lane;
  unsaved?: readonly UnsavedFile[];
  /** Larger files stay out of the snapshot; 20 MB unless said otherwise. */
  maxFileBytes?: number;
};

/** Nothing is made on disk before the first operation. */
export function createStaging(options: StagingOptions): Staging {
  const places = placesOf(options.folder, options.runId);
  const shadow = onceItWorks(() => openShadowGit(places.gitDir));
  const inTurn = oneAtATime();
  const lanes = new Map<LaneId, Lane>();
  const onLane = <Result>(lane: LaneId, work: (copy: LaneCopy) => Promise<Result>) =>
    inTurn(lane, async () => work(laneCopy(await shadow(), places, lane)));

  return {
    async snapshot(signal) {
      const { workspace, unsaved = [], maxFileBytes = defaultMaxFileBytes } = options;
      const request = { shadow: await shadow(), places, workspace, unsaved, maxFileBytes };
      return takeSnapshot(request, signal);
    },
    openLane(lane, { base, tree = base }, signal) {
      return onLane(lane, (copy) => openLaneCopy(copy, { base, tree }, signal));
    },
    closeLane(lane) {
      lanes.delete(lane);
      return onLane(lane, removeLaneCopy);
    },
    recordTree: (lane, signal) => onLane(lane, (copy) => recordLaneCopy(copy, signal)),
    commit: async (tree, parent, message) =>
      commitTree(await shadow(), { tree, parents: [parent], message }),
    merge: async (head, commit, message, signal) =>
      mergeCommits(await shadow(), { head, commit, message }, signal),
    diff: async (from, to, signal) => diffTrees(await shadow(), { from, to }, signal),
    readFile: async (at, path) => (await readFilesAt(await shadow(), at, [path]))[0],
    readFiles: async (at, paths) => readFilesAt(await shadow(), at, paths),
    replaceFiles: async (at, files, signal) =>
      replaceFiles({ shadow: await shadow(), places }, { at, files }, signal),
    patch: async (from, to, signal) => writePatch(await shadow(), { from, to }, signal),
    lane(id) {
      const lane = lanes.get(id) ?? options.makeLane(id, laneRoot(places, id));
      lanes.set(id, lane);
      return lane;
    },
  };
}

function commitTree(
  shadow: ShadowGit,
  commit: { tree: string; parents: readonly string[]; message: string },
): Promise<string> {
  const parents = commit.parents.flatMap((parent) => ['-p', parent]);
  return shadow.words(['commit-tree', ...parents, '-m', commit.message, commit.tree], {});
}

async function mergeCommits(
  shadow: ShadowGit,
  { head, commit, message }: { head: string; commit: string; message: string },
  signal: AbortSignal,
): Promise<MergeOutcome> {
  const { code, stdout } = await shadow.bytes(
    ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', head, commit],
    { okCodes: [0, 1], signal },
  );
  const [tree = '', ...files] = splitNames(stdout).names;
  // Commits that do not exist end with 1 as well, and without a tree.
  if (tree === '') throw lostState();
  if (code === 1) return { clean: false, tree, files: [...new Set(files)].filter(Boolean) };
  if (tree === (await shadow.words(['rev-parse', `${head}^{tree}`], { signal }))) {
    return { clean: true, head };
  }
  return {
    clean: true,
    head: await commitTree(shadow, { tree, parents: [head, commit], message }),
  };
}

/** A failure is not remembered: git may have been installed since. */
function onceItWorks<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/** Runs the operations of one lane in the order in which they were asked for. */
function oneAtATime() {
  const last = new Map<LaneId, Promise<unknown>>();
  return <Result>(lane: LaneId, work: () => Promise<Result>): Promise<Result> => {
    const turn = (last.get(lane) ?? Promise.resolve()).then(work, work);
    last.set(
      lane,
      turn.catch(() => {}),
    );
    return turn;
  };
}
