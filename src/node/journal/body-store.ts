/** Large texts of a run, one file each, named by the hash of what they hold. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { BodyRef } from '../../shared/ids.ts';
import { syncFolder, writeDurably } from './durable-file.ts';
import { storageError } from './storage-error.ts';

/** @throws MusterError `storage` */
export async function putBody(folder: string, text: string): Promise<BodyRef> {
  const bytes = Buffer.from(text, 'utf8');
  const ref: BodyRef = { hash: hashOf(bytes), bytes: bytes.length };
  const file = path.join(folder, ref.hash);
  try {
    const there = await stat(file).catch(() => undefined);
    // The name of one that is there already may not be on the disk yet.
    if (there?.size === bytes.length) await syncFolder(folder);
    else await writeDurably(file, bytes);
  } catch (cause) {
    throw storageError('A message of this run could not be stored', cause);
  }
  return ref;
}

/** @throws MusterError `storage` when it is missing or is not what was stored */
export async function getBody(folder: string, ref: BodyRef): Promise<string> {
  const bytes = await readFile(path.join(folder, ref.hash)).catch((cause: unknown) => {
    throw storageError('A message of this run could not be read', cause);
  });
  if (bytes.length !== ref.bytes || hashOf(bytes) !== ref.hash) {
    throw storageError(`A message of this run is damaged: ${ref.hash}`);
  }
  return bytes.toString('utf8');
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
