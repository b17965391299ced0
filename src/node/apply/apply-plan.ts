/** The journal of one apply: everything that is needed to finish it or to take it back, on disk before the first change. */
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { isMissing } from '../file-errors.ts';
import { KeptIndex, storeKept } from './kept-bytes.ts';

const Content = z.object({
  kind: z.enum(['file', 'link']),
  /** SHA-256 of the bytes, or of the link's target. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  executable: z.boolean(),
});
export type Content = z.infer<typeof Content>;

const PlannedFile = z.object({
  path: z.string().min(1),
  /** It goes on under another name, so that nobody looks for it in the trash. */
  moved: z.literal(true).exactOptional(),
  /** Absent where nothing stood; its bytes are the blob of that hash. */
  before: Content.extend({
    permissions: z.number().int(),
    owner: z.object({ uid: z.number().int(), gid: z.number().int() }).optional(),
  }).optional(),
  /** Absent for a deletion; its bytes wait in the temporary file, a path in the workspace. */
  after: Content.extend({
    temporary: z.string().min(1),
    /** Where it is to have others than a new file gets. */
    permissions: z.number().int().exactOptional(),
  }).optional(),
});
export type PlannedFile = z.infer<typeof PlannedFile>;

/** A document with unsaved changes: its text is edited, the file on the disk stays. */
const PlannedBuffer = z.object({ path: z.string().min(1), before: z.string(), after: z.string() });
export type PlannedBuffer = z.infer<typeof PlannedBuffer>;

export const ApplyPlan = z.object({
  v: z.union([z.literal(1), z.literal(2)]),
  id: z.string().min(1),
  kind: z.enum(['apply', 'revert']).default('apply'),
  /** Whose changes these are. */
  run: z.string().exactOptional(),
  workspace: z.string().min(1),
  startedAt: z.string(),
  /** The process that carries it out, so that no other takes it for abandoned. */
  owner: z.object({ pid: z.number().int(), identity: z.string() }),
  files: z.array(PlannedFile),
  buffers: z.array(PlannedBuffer).default([]),
  /** Absent in version 1, which kept what it replaced in files of their own. */
  kept: KeptIndex.exactOptional(),
  /** Folders that do not exist yet, outermost first. */
  newFolders: z.array(z.string()),
  /** Folders of deleted files, outermost first, to be made again when it is taken back. */
  oldFolders: z.array(z.object({ path: z.string(), permissions: z.number().int() })),
});
export type ApplyPlan = z.infer<typeof ApplyPlan>;

const Ended = z.object({
  outcome: z.enum(['applied', 'rolled-back']),
  /** Its process died; a later start ended it. */
  recovered: z.boolean().default(false),
  /** Files that somebody else changed meanwhile: left as they are. */
  foreign: z.array(z.string()).default([]),
});
export type Ended = z.infer<typeof Ended>;

export function appliesFolder(folder: string): string {
  return join(folder, 'applies');
}

/** Writes what is kept, then the plan that names it; both are durable when this resolves. */
export async function storePlan(
  place: string,
  plan: ApplyPlan,
  blobs: ReadonlyMap<string, Uint8Array>,
): Promise<ApplyPlan> {
  await mkdir(place, { recursive: true, mode: 0o700 });
  const stored = { ...plan, kept: await storeKept(place, blobs) };
  await writeDurably(join(place, 'plan.json'), JSON.stringify(stored));
  await syncFolder(place);
  await syncFolder(join(place, '..'));
  return stored;
}

/** Undefined where the process ended before it had written its plan, and so before any change. */
export async function readPlan(place: string): Promise<ApplyPlan | undefined> {
  const text = await readIfThere(join(place, 'plan.json'));
  return text === undefined ? undefined : ApplyPlan.parse(JSON.parse(text));
}

export async function markEnded(
  place: string,
  ended: Pick<Ended, 'outcome'> & Partial<Ended>,
): Promise<void> {
  await writeDurably(join(place, 'ended.json'), JSON.stringify(ended));
  await syncFolder(place);
}

export async function readEnded(place: string): Promise<Ended | undefined> {
  const text = await readIfThere(join(place, 'ended.json'));
  return text === undefined ? undefined : Ended.parse(JSON.parse(text));
}

/** Oldest first; their ids sort by time. */
export async function listApplies(folder: string): Promise<string[]> {
  const ids = await readdir(appliesFolder(folder)).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return ids.toSorted();
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
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
