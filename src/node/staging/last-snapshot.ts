/** Remembers the index of the last snapshot of a workspace, so that the next reads only what changed. */
import { randomUUID } from 'node:crypto';
import {
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { musterVersion } from '../muster-version.ts';
import type { Places } from './places.ts';

const Remembered = z.object({
  /** The rules for contents are those of a version; another version looks at everything again. */
  muster: z.literal(musterVersion),
  maxFileBytes: z.number(),
  /** The end of the index file: ties this record to it when two processes write at once. */
  checksum: z.string(),
  tree: z.string(),
  commit: z.string(),
  parent: z.string().exactOptional(),
  known: z
    .object({
      /** How many files it has. */
      files: z.number(),
      /** Of the names that git listed those that it does not have: left out, or gone from disk. */
      again: z.array(z.string()),
      /** What git listed, in the file of this name. */
      listing: z.uuid(),
    })
    .exactOptional(),
});
export type Remembered = Omit<z.infer<typeof Remembered>, 'muster' | 'checksum'>;

const checksumBytes = 20;

/**
 * Puts the index of the last snapshot at `draft`.
 * @returns undefined when there is none that fits; `isWhole` tells whether index and record belong
 *   together, and is asked beside the first work
 */
export async function recallSnapshot(
  places: Places,
  { draft, maxFileBytes }: { draft: string; maxFileBytes: number },
): Promise<{ last: Remembered; isWhole: () => Promise<boolean> } | undefined> {
  const [text] = await Promise.all([
    readFile(recordOf(places), 'utf8').catch(() => undefined),
    mkdir(path.dirname(draft), { recursive: true, mode: 0o700 }),
  ]);
  if (text === undefined) return undefined;
  const parsed = Remembered.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.maxFileBytes !== maxFileBytes) return undefined;
  // A second name: git replaces an index and never writes into it.
  const linked = await link(indexOf(places), draft).then(
    () => true,
    () => copyWithTime(indexOf(places), draft),
  );
  if (!linked) return undefined;
  const isWhole = async () => (await checksumOf(draft)) === parsed.data.checksum;
  return { last: parsed.data, isWhole };
}

/** What git listed for the last snapshot, as it gave it; undefined where that is not known. */
export async function recallListing(
  places: Places,
  { known }: Remembered,
): Promise<Buffer | undefined> {
  if (known === undefined) return undefined;
  return readFile(listingOf(places, known.listing)).catch(() => undefined);
}

/** @param index is taken away from where it stands */
export async function rememberSnapshot(
  places: Places,
  { index, listing }: { index: string; listing: Buffer },
  {
    known,
    ...snapshot
  }: Omit<Remembered, 'known'> & {
    known?: { again: string[]; files: number };
  },
): Promise<void> {
  await mkdir(places.last, { recursive: true, mode: 0o700 });
  const checksum = await checksumOf(index);
  const id = randomUUID();
  const draft = `${recordOf(places)}-${id}`;
  const record = Remembered.parse({
    ...snapshot,
    muster: musterVersion,
    checksum,
    ...(known === undefined ? {} : { known: { ...known, listing: id } }),
  });
  if (known !== undefined) await writeFile(listingOf(places, id), listing, { mode: 0o600 });
  await writeFile(draft, JSON.stringify(record), { mode: 0o600 });
  await rename(index, indexOf(places));
  await rename(draft, recordOf(places));
  // Where both were names of one file, the renaming did nothing.
  await rm(index, { force: true });
  for (const name of await readdir(places.last)) {
    const isOld = name.startsWith('listing-') && name !== path.basename(listingOf(places, id));
    if (isOld) await rm(path.join(places.last, name), { force: true });
  }
}

/** git compares the time of an index with those of its files; a copy must not look newer. */
export async function copyWithTime(from: string, to: string): Promise<boolean> {
  const stat = await lstat(from, { bigint: true }).catch(() => undefined);
  if (stat === undefined || !stat.isFile()) return false;
  await copyFile(from, to);
  // A number holds a time to a fraction of a microsecond; earlier is the safe side.
  const seconds = Number(stat.mtimeNs / 1000n - 1n) / 1e6;
  await utimes(to, seconds, seconds);
  return true;
}

async function checksumOf(index: string): Promise<string> {
  const handle = await open(index, 'r');
  try {
    const { size } = await handle.stat();
    const bytes = Buffer.alloc(checksumBytes);
    await handle.read(bytes, 0, checksumBytes, Math.max(0, size - checksumBytes));
    return bytes.toString('hex');
  } finally {
    await handle.close();
  }
}

function indexOf(places: Places): string {
  return path.join(places.last, 'index');
}

function listingOf(places: Places, id: string): string {
  return path.join(places.last, `listing-${id}`);
}

function recordOf(places: Places): string {
  return path.join(places.last, 'record.json');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
