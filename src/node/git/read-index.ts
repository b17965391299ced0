/** Reads git's index file (versions 2 to 4, SHA-1) as far as staging needs to know it; writes none. */
import { lstat, readFile } from 'node:fs/promises';

export type IndexEntry = {
  path: string;
  /** As git prints it, e.g. `100644`. */
  mode: string;
  object: string;
  /** Of the file when it was read, modulo 2^32. */
  size: number;
  stage: number;
  /** Assume-unchanged or skip-worktree: git does not look at the file. */
  unwatched: boolean;
};

export type IndexContents = {
  entries: IndexEntry[];
  /** Four letters each: `link` is a split index, `sdir` a sparse one. */
  extensions: Set<string>;
};

const headerBytes = 12;
const fixedBytes = 62;
const objectBytes = 20;
const extendedFlag = 0x4000;
const assumeValidFlag = 0x8000;
const skipWorktreeFlag = 0x4000;

/** @returns undefined for a file that is missing, is no regular file, or is not understood wholly */
export async function readIndex(file: string): Promise<IndexContents | undefined> {
  const stat = await lstat(file).catch(() => undefined);
  if (stat === undefined || !stat.isFile()) return undefined;
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  try {
    return parseIndex(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function parseIndex(bytes: Buffer): IndexContents | undefined {
  if (bytes.toString('latin1', 0, 4) !== 'DIRC') return undefined;
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) return undefined;
  const count = bytes.readUInt32BE(8);
  const entries: IndexEntry[] = [];
  let at = headerBytes;
  let previous: Buffer = Buffer.alloc(0);
  for (let each = 0; each < count; each += 1) {
    const flags = bytes.readUInt16BE(at + 60);
    const extended = (flags & extendedFlag) !== 0 ? bytes.readUInt16BE(at + 62) : 0;
    const nameAt = at + fixedBytes + ((flags & extendedFlag) !== 0 ? 2 : 0);
    const name = version === 4 ? compressedName(bytes, nameAt, previous) : plainName(bytes, nameAt);
    if (name === undefined) return undefined;
    entries.push({
      path: name.bytes.toString('utf8'),
      mode: bytes
        .readUInt32BE(at + 24)
        .toString(8)
        .padStart(6, '0'),
      size: bytes.readUInt32BE(at + 36),
      object: bytes.toString('hex', at + 40, at + 60),
      stage: (flags >> 12) & 3,
      unwatched: (flags & assumeValidFlag) !== 0 || (extended & skipWorktreeFlag) !== 0,
    });
    previous = name.bytes;
    // Entries of versions 2 and 3 are padded with 1 to 8 NUL bytes to a multiple of eight.
    at = version === 4 ? name.end + 1 : at + ((name.end - at + 8) & ~7);
  }
  return { entries, extensions: extensionsOf(bytes, at) };
}

type Name = { bytes: Buffer; end: number };

function plainName(bytes: Buffer, start: number): Name | undefined {
  const end = bytes.indexOf(0, start);
  return end === -1 ? undefined : { bytes: bytes.subarray(start, end), end };
}

/** Version 4: how many bytes of the previous name to drop, as a variable-length number, and the rest. */
function compressedName(bytes: Buffer, start: number, previous: Buffer): Name | undefined {
  let at = start;
  let byte = bytes.readUInt8(at);
  let drop = byte & 127;
  while ((byte & 128) !== 0) {
    at += 1;
    byte = bytes.readUInt8(at);
    drop = (drop + 1) * 128 + (byte & 127);
  }
  const rest = plainName(bytes, at + 1);
  if (rest === undefined || drop > previous.length) return undefined;
  const kept = previous.subarray(0, previous.length - drop);
  return { bytes: Buffer.concat([kept, rest.bytes]), end: rest.end };
}

function extensionsOf(bytes: Buffer, start: number): Set<string> {
  const extensions = new Set<string>();
  let at = start;
  while (at + 8 <= bytes.length - objectBytes) {
    extensions.add(bytes.toString('latin1', at, at + 4));
    at += 8 + bytes.readUInt32BE(at + 4);
  }
  return extensions;
}
