/** What an apply keeps, in one file: made durable by one write, and read again by hash. */
import { createHash } from 'node:crypto';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { MusterError } from '../../shared/muster-error.ts';
import { isMissing } from '../file-errors.ts';

const name = 'kept';

/** By hash: where in the file, and how many bytes. */
export const KeptIndex = z.record(
  z.string(),
  z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
);
export type KeptIndex = z.infer<typeof KeptIndex>;

export async function storeKept(
  place: string,
  blobs: ReadonlyMap<string, Uint8Array>,
): Promise<KeptIndex> {
  const index: KeptIndex = {};
  const handle = await open(join(place, name), 'w', 0o600);
  try {
    let at = 0;
    for (const [hash, bytes] of blobs) {
      index[hash] = [at, bytes.length];
      await handle.writeFile(bytes);
      at += bytes.length;
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return index;
}

/** @throws MusterError `storage` when it is gone or no longer what was kept */
export async function readKept(
  place: string,
  { index, hash, path }: { index: KeptIndex | undefined; hash: string; path: string },
): Promise<Uint8Array> {
  const bytes = await readPart(place, index, hash).catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === hash) {
    return bytes;
  }
  throw new MusterError('storage', `The copy of ${path} that was kept is damaged or gone.`);
}

async function readPart(
  place: string,
  index: KeptIndex | undefined,
  hash: string,
): Promise<Uint8Array | undefined> {
  // Version 1 kept a file for each.
  if (index === undefined) return readFile(join(place, 'blobs', hash));
  const part = index[hash];
  if (part === undefined) return undefined;
  const [at, length] = part;
  const handle = await open(join(place, name), 'r');
  try {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await handle.read(bytes, 0, length, at);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

export function removeKept(place: string): Promise<void> {
  return rm(join(place, name), { force: true });
}

export async function keptBytes(place: string): Promise<number> {
  const found = await stat(join(place, name)).catch(() => undefined);
  return found?.size ?? 0;
}
