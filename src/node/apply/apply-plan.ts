/** The journal of one apply: everything that is needed to finish it or to take it back, on disk before the first change. */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { isMissing } from '../file-errors.ts';
import { inGroups } from './in-groups.ts';

const Content = z.object({
  kind: z.enum(['file', 'link']),
  /** SHA-256 of the bytes, or of the link's target. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  executable: z.boolean(),
});
export type Content = z.infer<typeof Content>;

const PlannedFile = z.object({
  path: z.string().min(1),
  /** Absent where nothing stood; its bytes are the blob of that hash. */
  before: Content.extend({
    permissions: z.number().int(),
    owner: z.object({ uid: z.number().int(), gid: z.number().int() }).optional(),
  }).optional(),
  /** Absent for a deletion; its bytes wait in the temporary file, a path in the workspace. */
  after: Content.extend({ temporary: z.string().min(1) }).optional(),
});
export type PlannedFile = z.infer<typeof PlannedFile>;

export const ApplyPlan = z.object({
  v: z.literal(1),
  id: z.string().min(1),
  workspace: z.string().min(1),
  startedAt: z.string(),
  /** The process that carries it out, so that no other takes it for abandoned. */
  owner: z.object({ pid: z.number().int(), identity: z.string() }),
  files: z.array(PlannedFile),
  /** Folders that do not exist yet, outermost first. */
  newFolders: z.array(z.string()),
  /** Folders of deleted files, outermost first, to be made again when it is taken back. */
  oldFolders: z.array(z.object({ path: z.string(), permissions: z.number().int() })),
});
export type ApplyPlan = z.infer<typeof ApplyPlan>;

const Ended = z.object({ outcome: z.enum(['applied', 'rolled-back']) });
export type Ended = z.infer<typeof Ended>;

export function appliesFolder(folder: string): string {
  return join(folder, 'applies');
}

/** Writes what is replaced, then the plan that names it; both are durable when this resolves. */
export async function storePlan(
  place: string,
  plan: ApplyPlan,
  blobs: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  await mkdir(join(place, 'blobs'), { recursive: true, mode: 0o700 });
  await inGroups([...blobs], ([hash, bytes]) => writeDurably(blobPath(place, hash), bytes));
  await syncFolder(join(place, 'blobs'));
  await writeDurably(join(place, 'plan.json'), JSON.stringify(plan));
  await syncFolder(place);
  await syncFolder(join(place, '..'));
}

export function readBlob(place: string, hash: string): Promise<Uint8Array> {
  return readFile(blobPath(place, hash));
}

/** Undefined where the process ended before it had written its plan, and so before any change. */
export async function readPlan(place: string): Promise<ApplyPlan | undefined> {
  const text = await readIfThere(join(place, 'plan.json'));
  return text === undefined ? undefined : ApplyPlan.parse(JSON.parse(text));
}

export async function markEnded(place: string, outcome: Ended['outcome']): Promise<void> {
  await writeDurably(join(place, 'ended.json'), JSON.stringify({ outcome }));
  await syncFolder(place);
}

export async function readEnded(place: string): Promise<Ended | undefined> {
  const text = await readIfThere(join(place, 'ended.json'));
  return text === undefined ? undefined : Ended.parse(JSON.parse(text));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function blobPath(place: string, hash: string): string {
  return join(place, 'blobs', hash);
}

async function writeDurably(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
}

/** Makes the names in a folder durable; Windows does so by itself and cannot open folders. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
