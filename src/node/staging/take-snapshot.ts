/** Takes the workspace as it is now into the shadow repository, byte for byte, without writing in it. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { LeftOut } from '../../shared/left-out.ts';
import { isMusterError } from '../../shared/muster-error.ts';
import { type PersonFacts, personFacts, personSettings } from '../git/person-facts.ts';
import {
  findRepository,
  namesIn,
  type PersonRepository,
  type RawListing,
} from '../git/person-git.ts';
import type { ShadowGit } from '../git/shadow-git.ts';
import { endHistoryAt } from '../git/shallow-file.ts';
import { objectName, writeObject } from '../git/write-object.ts';
import { fillIndex, type UnsavedFile } from './fill-index.ts';
import {
  type Remembered,
  recallListing,
  recallSnapshot,
  rememberSnapshot,
} from './last-snapshot.ts';
import type { Places } from './places.ts';
import { compareAll, compareWithLast, type SnapshotChanges } from './snapshot-changes.ts';
import { listWorkspace } from './snapshot-contents.ts';
import {
  changedFiles,
  fromLastSnapshot,
  fromNothing,
  fromPersonIndex,
  type SnapshotStart,
} from './snapshot-start.ts';

export type SnapshotRequest = {
  shadow: () => Promise<ShadowGit>;
  places: Places;
  workspace: string;
  unsaved: readonly UnsavedFile[];
  maxFileBytes: number;
};

export type Snapshot = {
  commit: string;
  files: number;
  leftOut: LeftOut[];
  /** To be called when no object of the snapshot is borrowed any more: the next one starts from it. */
  remember: () => Promise<void>;
};

export async function takeSnapshot(
  request: SnapshotRequest,
  signal: AbortSignal,
): Promise<Snapshot> {
  const { places, workspace } = request;
  const draft = path.join(places.scratch, `snapshot-${randomUUID()}`);
  try {
    const looks = [lookAtWorkspace(request, signal), lookAtLast(request, draft, signal)] as const;
    // Nothing goes on behind a failure.
    await Promise.allSettled(looks);
    const [found, last] = await Promise.all(looks);
    const at = { ...found, draft };
    if (last !== undefined) {
      const changes = await sinceLast(request, { ...at, ...last }, signal);
      if (changes !== undefined) {
        return await finish(
          request,
          { ...at, start: { ...fromNothing, ...last }, changes },
          signal,
        );
      }
    }
    const start =
      last === undefined
        ? await startFromPerson(request, at, signal)
        : await fromLastSnapshot({ shadow: await request.shadow(), workspace, draft }, last);
    try {
      return await finish(request, { ...at, start }, signal);
    } catch (error) {
      // A repository that is damaged, or changes at this moment, is read file by file.
      if (start === fromNothing || !isMusterError(error)) throw error;
      (await request.shadow()).borrowed = undefined;
      await rm(draft, { force: true });
      return await finish(request, { ...at, start: fromNothing }, signal);
    }
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await rm(`${draft}.lock`, { force: true });
  }
}

type Found = {
  listing: RawListing;
  repository?: PersonRepository;
  facts?: PersonFacts;
};

async function lookAtWorkspace(request: SnapshotRequest, signal: AbortSignal): Promise<Found> {
  const { workspace } = request;
  const emptyGitDir = async () => (await request.shadow()).gitDir;
  const around = await findRepository(workspace);
  const [{ listing, repository }, facts] = await Promise.all([
    listWorkspace(workspace, emptyGitDir, signal),
    around === undefined ? undefined : personFacts(around, signal),
  ]);
  if (repository === undefined || facts === undefined) return { listing };
  return { listing, repository, facts };
}

async function startFromPerson(
  request: SnapshotRequest,
  { repository, facts, listing, draft }: Found & { draft: string },
  signal: AbortSignal,
): Promise<SnapshotStart> {
  if (repository === undefined || facts === undefined) return fromNothing;
  const { workspace } = request;
  const shadow = await request.shadow();
  try {
    const settings = await personSettings(repository.gitDir, signal);
    const person = { repository, facts, settings, names: namesIn(listing).names };
    return await fromPersonIndex({ shadow, workspace, draft }, person, signal);
  } catch (error) {
    if (!isMusterError(error)) throw error;
    shadow.borrowed = undefined;
    await rm(draft, { force: true });
    return fromNothing;
  }
}

type LastLook = { last: Remembered; changed: ReadonlySet<string>; before: Buffer | undefined };

async function lookAtLast(
  request: SnapshotRequest,
  draft: string,
  signal: AbortSignal,
): Promise<LastLook | undefined> {
  const { places, maxFileBytes, workspace } = request;
  const [shadow, recalled] = await Promise.all([
    request.shadow(),
    recallSnapshot(places, { draft, maxFileBytes }),
  ]);
  // Who lost the shadow repository lost the objects that the index names.
  if (recalled !== undefined && !shadow.isNew) {
    const { last } = recalled;
    const [changed, before, isWhole] = await Promise.all([
      changedFiles({ shadow, workspace, draft }, signal),
      recallListing(places, last),
      recalled.isWhole(),
    ]);
    if (isWhole) return { last, changed, before };
  }
  await rm(draft, { force: true });
  return undefined;
}

/** What is unsaved may lie in any file, so that all of them have to be known. */
async function sinceLast(
  { workspace, maxFileBytes, unsaved }: SnapshotRequest,
  { listing, last, changed, before }: Found & LastLook,
  signal: AbortSignal,
): Promise<SnapshotChanges | undefined> {
  if (unsaved.length > 0 || before === undefined || last.known === undefined) return undefined;
  const then = { ...last.known, listing: before, changed };
  return compareWithLast({ workspace, maxFileBytes }, then, listing, signal);
}

async function finish(
  request: SnapshotRequest,
  from: Found & { draft: string; start: SnapshotStart; changes?: SnapshotChanges },
  signal: AbortSignal,
): Promise<Snapshot> {
  const { workspace, places, maxFileBytes, unsaved } = request;
  const { draft, start, facts, listing } = from;
  const shadow = await request.shadow();
  const changes =
    from.changes ?? (await compareAll({ workspace, maxFileBytes, start }, listing, signal));
  const at = { shadow, workspace, draft };
  const filled = await fillIndex({ ...at, start, changes, unsaved }, signal);
  const tree =
    start.last !== undefined && !filled.changed
      ? start.last.tree
      : await writeTree(shadow, draft, signal);
  // A commit of a SHA-256 repository cannot be one here.
  const parent = facts?.head?.length === 40 ? facts.head : undefined;
  const files = changes.files - filled.refused.length;
  const again = changes.again && [...changes.again, ...filled.refused];
  const snapshot = { tree, maxFileBytes, ...(parent === undefined ? {} : { parent }) };
  const commit = await commitSnapshot(shadow, { snapshot, last: start.last });
  const known = again === undefined ? {} : { known: { again, files } };
  return {
    commit,
    files,
    leftOut: [...changes.leftOut, ...filled.leftOut],
    remember: () =>
      rememberSnapshot(
        places,
        { index: draft, listing: listing.bytes },
        { ...snapshot, commit, ...known },
      ),
  };
}

/** Objects that stand in the person's repository are missing here, and git would touch them there. */
async function writeTree(shadow: ShadowGit, index: string, signal: AbortSignal): Promise<string> {
  const { stdout } = await shadow.bytes(['write-tree', '--missing-ok'], {
    index,
    ownObjects: true,
    unsynced: true,
    signal,
  });
  return stdout.toString('latin1').trim();
}

/** The parent need not be one of the shadow repository's objects: for all it does, history ends here. */
async function commitSnapshot(
  shadow: ShadowGit,
  {
    snapshot,
    last,
  }: { snapshot: Pick<Remembered, 'tree' | 'parent'>; last: Remembered | undefined },
): Promise<string> {
  const { tree, parent } = snapshot;
  if (last?.tree === tree && last.parent === parent) return last.commit;
  const by = 'Muster <muster@localhost> 946684800 +0000';
  const lines = [
    `tree ${tree}`,
    ...(parent === undefined ? [] : [`parent ${parent}`]),
    `author ${by}`,
    `committer ${by}`,
    '',
    'Snapshot',
    '',
  ];
  const content = Buffer.from(lines.join('\n'));
  const commit = objectName('commit', content);
  await Promise.all([
    writeObject(shadow.gitDir, 'commit', content),
    ...(parent === undefined ? [] : [endHistoryAt(shadow.gitDir, commit)]),
  ]);
  return commit;
}
