/** Reading, writing and removing one file inside an opened folder, checked again after it is opened. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { lstat, open, rename, unlink } from 'node:fs/promises';
import type { AnchoredFolder } from './anchored-folder.ts';
import { inFolder } from './anchored-folder.ts';
import { isMissing } from './file-errors.ts';
import type { Place } from './path-guard.ts';
import { checkEntry } from './path-guard.ts';
import { PathRefusal } from './path-refusal.ts';

const noFollow = constants.O_NOFOLLOW ?? 0;
const nonBlocking = constants.O_NONBLOCK ?? 0;

export type ReadOutcome =
  | { kind: 'bytes'; bytes: Uint8Array; mode: number }
  | { kind: 'too-large'; size: number }
  | { kind: 'folder' };

/** The bytes of a regular file with one name; a link in its place is refused. */
export async function readInFolder(
  folder: AnchoredFolder,
  name: string,
  { given, maxBytes, shared = false }: { given: string; maxBytes: number; shared?: boolean },
): Promise<ReadOutcome> {
  const path = folder.entry(name);
  // A pipe must not keep the reader waiting, nor a device notice that it was opened.
  checkEntry(given, await lstat(path), shared);
  const handle = await open(path, constants.O_RDONLY | noFollow | nonBlocking);
  try {
    const [opened, standing] = [await handle.stat(), await lstat(path)];
    if (opened.isDirectory()) return { kind: 'folder' };
    checkEntry(given, opened, shared);
    if (opened.ino !== standing.ino || opened.dev !== standing.dev) {
      throw new PathRefusal(given, 'changed-meanwhile');
    }
    if (opened.size > maxBytes) return { kind: 'too-large', size: opened.size };
    const bytes = await readAtMost(handle, opened.size, maxBytes);
    await folder.confirm();
    if (bytes === undefined) return { kind: 'too-large', size: maxBytes + 1 };
    return { kind: 'bytes', bytes, mode: opened.mode };
  } finally {
    await handle.close();
  }
}

// A file may grow while it is read, or say nothing about its size.
async function readAtMost(
  handle: FileHandle,
  size: number,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  let buffer = Buffer.allocUnsafe(Math.min(size, maxBytes) + 1);
  let filled = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
    filled += bytesRead;
    if (bytesRead === 0) return buffer.subarray(0, filled);
    if (filled > maxBytes) return undefined;
    if (filled === buffer.length) {
      buffer = Buffer.concat([buffer, Buffer.allocUnsafe(Math.min(filled, maxBytes - filled) + 1)]);
    }
  }
}

/** Replaces or makes the file at `place`, whose folder exists: all of it or nothing. */
export async function replaceFile(place: Place, content: Uint8Array): Promise<void> {
  const name = place.names.at(-1) ?? '';
  await inFolder(place.parent, place.given, async (folder) => {
    const temporary = folder.entry(`.muster-${randomBytes(9).toString('hex')}.tmp`);
    const mode = place.entry === undefined ? 0o644 : place.entry.mode & 0o777;
    await writeNew(temporary, content, mode);
    try {
      checkReplaceable(place.given, await standingEntry(folder.entry(name)));
      await folder.confirm();
      await rename(temporary, folder.entry(name));
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw error;
    }
  });
}

async function writeNew(path: string, content: Uint8Array, mode: number): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | noFollow;
  const handle = await open(path, flags, 0o600);
  try {
    await handle.writeFile(content);
    await handle.chmod(mode);
  } catch (error) {
    await unlink(path).catch(() => {});
    throw error;
  } finally {
    await handle.close();
  }
}

/** Removes a file or the link itself, never what a link leads to. */
export async function removeInFolder(place: Place): Promise<void> {
  await inFolder(place.parent, place.given, async (folder) => {
    const path = folder.entry(place.names.at(-1) ?? '');
    checkEntry(place.given, await lstat(path));
    await folder.confirm();
    await unlink(path);
  });
}

function checkReplaceable(given: string, entry: Awaited<ReturnType<typeof standingEntry>>): void {
  checkEntry(given, entry);
  if (entry?.isSymbolicLink()) throw new PathRefusal(given, 'changed-meanwhile');
}

async function standingEntry(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
