/** Staging on git: a shadow repository in the state folder, and one working copy for each lane. */
import path from 'node:path';
import type { Git, Lane } from '../../engine/lane-ports.ts';
import type { Staging } from '../../engine/ports.ts';
import type { LaneId, RunId } from '../../shared/ids.ts';
import { historyEnvironment, openShadowGit, type ShadowGit } from '../git/shadow-git.ts';
import { createLaneGit } from '../lane-git.ts';
import { copyBorrowed, noteBorrowed, recallBorrowed } from './borrowed-objects.ts';
import { removeTree } from './clean-lane.ts';
import { commitTree } from './commit-tree.ts';
import { findDependencyFolders, mirrorDependencies } from './dependency-folders.ts';
import { diffTrees, writePatch } from './diff-trees.ts';
import { sayingDiskFull } from './disk-full.ts';
import type { UnsavedFile } from './fill-index.ts';
import { type LaneCopy, laneCopy, openLaneCopy, recordLaneCopy } from './lane-copy.ts';
import { laneHead } from './lane-head.ts';
import { giveToPool, takeFromPool } from './lane-pool.ts';
import { mergeCommits } from './merge-commits.ts';
import { keepIgnoreRules, requireIgnoreRules } from './outer-ignore-rules.ts';
import { personHistory } from './person-history.ts';
import { lanePrivate, laneRoot, placesOf } from './places.ts';
import { readFilesAt } from './read-files.ts';
import { replaceFiles } from './replace-files.ts';
import { keepRoots, rootsIn } from './run-roots.ts';
import { type SetUp, setUpLane } from './set-up-lane.ts';
import { endLeftSetUps } from './set-up-record.ts';
import { syncObjects } from './sync-objects.ts';
import { type Snapshot, takeSnapshot } from './take-snapshot.ts';

/** Copying what a snapshot borrowed takes seconds; a repository where it takes longer is left alone. */
const settleMs = 10 * 60 * 1000;
const defaultMaxFileBytes = 20 * 1024 * 1024;

export type LaneSurroundings = {
  /** Home and temporary files of its commands, kept from one to the next and gone with the lane. */
  temporaryFolder: string;
  /** Folders of the workspace that links of the lane lead to: to be read there, never written. */
  linkedFrom: readonly string[];
  git: Git;
};

export type StagingOptions = {
  /** The real path of the workspace. */
  workspace: string;
  /** The workspace's state folder. */
  folder: string;
  runId: RunId;
  /** What tools get to see of a lane whose working copy is at `root`. */
  makeLane: (laneId: LaneId, root: string, surroundings: LaneSurroundings) => Lane;
  /** Names of dependency folders to mirror into lanes; none unless said otherwise. */
  link?: readonly string[];
  setUp?: SetUp;
  unsaved?: readonly UnsavedFile[];
  /** Larger files stay out of the snapshot; 20 MB unless said otherwise. */
  maxFileBytes?: number;
};

/** Beside the port: what goes on in the background, and its end. */
export type StagedRun = Staging & {
  /** Resolves when the run stands on objects of its own, or cannot; never rejects. */
  settled(): Promise<void>;
  /** Ends what goes on in the background. What is staged stays, and can be opened again. */
  close(): Promise<void>;
};

/** Nothing is made on disk before the first operation. */
export function createStaging(options: StagingOptions): StagedRun {
  const places = placesOf(options.folder, options.runId);
  const ending = new AbortController();
  let settling: Promise<void> = Promise.resolve();
  let rules: Promise<void> | undefined;
  const shadow = onceItWorks(async () => {
    const opened = await openShadowGit(places.gitDir);
    if (opened.isNew) await removeTree(places.last);
    await recallBorrowed(places, opened);
    const [commit] = opened.borrowed === undefined ? [] : await rootsIn(places.roots);
    if (commit !== undefined) settle(opened, { commit, remember: async () => {} });
    return opened;
  });
  /** Whatever writes objects waits: what git finds in the person's objects it does not write. */
  const settledShadow = async () => {
    const opened = await shadow();
    await settling;
    await opened.check();
    rules ??= requireIgnoreRules({ shadow, places, workspace: options.workspace }, ending.signal);
    await rules.catch((error: unknown) => {
      rules = undefined;
      throw error;
    });
    return opened;
  };
  const settle = (
    opened: ShadowGit,
    { commit, remember }: Pick<Snapshot, 'commit' | 'remember'>,
  ) => {
    const signal = AbortSignal.any([ending.signal, AbortSignal.timeout(settleMs)]);
    // A run that cannot be made independent goes on as it is, as long as the person's objects are there.
    settling = Promise.all([
      copyBorrowed({ shadow: opened, places }, commit, signal),
      syncObjects(places.gitDir, signal),
      opened.check(),
    ])
      .then(remember)
      .catch(() => {});
  };
  /** Opening a lane shows that this process holds the run. */
  const leftEnded = onceItWorks(() => endLeftSetUps(places.scratch));
  const inTurn = oneAtATime();
  const lanes = new Map<LaneId, Lane>();
  let linked: readonly string[] = [];
  const dependencies = onceItWorks(async () => {
    const { workspace, link: names = [] } = options;
    const { gitDir: emptyGitDir } = await shadow();
    linked = await findDependencyFolders(workspace, { names, emptyGitDir }, ending.signal);
    return linked;
  });
  const onLane = <Result>(lane: LaneId, work: (copy: LaneCopy) => Promise<Result>) =>
    inTurn(lane, async () => {
      const mirrored = await dependencies();
      return sayingDiskFull(
        options.folder,
        work(laneCopy(await shadow(), places, { lane, mirrored })),
      );
    });
  /** With the person's commits behind the snapshot. */
  const historyOf = onceItWorks(async () => {
    const opened = await settledShadow();
    const history = await personHistory(options.workspace, ending.signal);
    return { gitDir: places.gitDir, environment: historyEnvironment(opened, history) };
  });
  const laneOf = (id: LaneId): Lane => {
    const known = lanes.get(id);
    if (known) return known;
    const temporaryFolder = lanePrivate(places, id);
    const linkedFrom = linked.map((folder) => path.join(options.workspace, folder));
    const git = createLaneGit({
      repository: historyOf,
      head: laneHead(places, id),
      recordTree: async (signal) => {
        await settledShadow();
        return kept(onLane(id, (copy) => recordLaneCopy(copy, signal)));
      },
      keep: (commit) => keepRoots(places, [commit]),
    });
    const surroundings = { temporaryFolder, linkedFrom, git };
    const lane = options.makeLane(id, laneRoot(places, id), surroundings);
    lanes.set(id, lane);
    return lane;
  };
  const kept = async (made: Promise<string>) => {
    const object = await sayingDiskFull(options.folder, made);
    await keepRoots(places, [object]);
    return object;
  };

  return {
    async snapshot(signal) {
      const { workspace, unsaved = [], maxFileBytes = defaultMaxFileBytes } = options;
      await settling;
      const request = { shadow, places, workspace, unsaved, maxFileBytes };
      const taken = await sayingDiskFull(options.folder, takeSnapshot(request, signal));
      const opened = await shadow();
      await Promise.all([noteBorrowed(places, opened), keepRoots(places, [taken.commit])]);
      settle(opened, taken);
      rules = keepIgnoreRules({ shadow, places, workspace }, ending.signal);
      rules.catch(() => {});
      const { commit, files, leftOut } = taken;
      return { commit, files, leftOut };
    },
    openLane(lane, { base, tree }, signal) {
      return onLane(lane, async (copy) => {
        await leftEnded();
        await takeFromPool(copy, places);
        await openLaneCopy(copy, { base, tree: tree ?? base }, signal);
        await laneHead(places, lane).begin(base, { anew: tree === undefined });
        const { workspace, setUp } = options;
        await mirrorDependencies({ workspace, root: copy.root }, copy.mirrored, signal);
        if (setUp === undefined) return;
        const at = { lane: laneOf(lane), id: lane, scratch: places.scratch };
        await setUpLane(at, setUp, signal);
      });
    },
    closeLane(lane) {
      lanes.delete(lane);
      return onLane(lane, async (copy) => {
        await removeTree(lanePrivate(places, lane));
        await giveToPool(copy, places);
        await laneHead(places, lane).forget();
      });
    },
    async recordTree(lane, signal) {
      await settledShadow();
      return kept(onLane(lane, (copy) => recordLaneCopy(copy, signal)));
    },
    commit: async (tree, parent, message) =>
      kept(commitTree(await settledShadow(), { tree, parents: [parent], message })),
    async merge(head, commit, message, signal) {
      const at = { shadow: await settledShadow(), places };
      const merged = await sayingDiskFull(
        options.folder,
        mergeCommits(at, { head, commit, message }, signal),
      );
      await keepRoots(places, [merged.clean ? merged.head : merged.tree]);
      return merged;
    },
    diff: async (from, to, signal) => diffTrees(await shadow(), { from, to }, signal),
    readFile: async (at, file) => (await readFilesAt(await shadow(), at, [file]))[0],
    readFiles: async (at, files) => readFilesAt(await shadow(), at, files),
    replaceFiles: async (at, files, signal) =>
      kept(replaceFiles({ shadow: await settledShadow(), places }, { at, files }, signal)),
    patch: async (from, to, signal) => writePatch(await shadow(), { from, to }, signal),
    lane: laneOf,
    async settled() {
      await Promise.allSettled([settling, rules]);
    },
    async close() {
      ending.abort(new Error('The run was closed'));
      await Promise.allSettled([settling, rules]);
    },
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
