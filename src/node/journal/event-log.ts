/** The log of a run as a file: one JSON record a line, appended in whole batches, mended after a crash. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { parseEvent, type RunEvent } from '../../shared/events.ts';
import type { RunId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import { syncFolder, writeDurably } from './durable-file.ts';
import { storageError } from './storage-error.ts';

/** JSON never ends in a blank, so one at the end of a record says: the next belongs to the same append. */
const continues = ' ';

export type LogContent = {
  events: RunEvent[];
  /** Number of the last record, of those of later versions too. */
  lastSeq: number;
  /** Bytes that hold whole batches. */
  wholeBytes: number;
  /** What a crash left of the last batch. */
  torn: Uint8Array;
};

export function encodeBatch(events: readonly RunEvent[]): Buffer {
  const lines = events.map((event, position) => {
    const last = position === events.length - 1;
    return `${JSON.stringify(event)}${last ? '' : continues}\n`;
  });
  return Buffer.from(lines.join(''), 'utf8');
}

/** @throws MusterError `not-found`, `storage` when a record before the last batch is damaged */
export async function readLog(file: string, runId: RunId): Promise<LogContent> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw noSuchRun(runId);
    throw storageError('The log of this run could not be read', cause);
  });
  return decodeLog(bytes, runId, file);
}

function decodeLog(bytes: Buffer, runId: RunId, file: string): LogContent {
  const content: LogContent = { events: [], lastSeq: 0, wholeBytes: 0, torn: Buffer.alloc(0) };
  let batch: RunEvent[] = [];
  let start = 0;
  let seq = 0;
  for (let line = 1; start < bytes.length; line += 1) {
    const end = bytes.indexOf(10, start);
    if (end === -1) break;
    const text = bytes.toString('utf8', start, end);
    const record = parseJson(text);
    // Power that fails may leave a last line of other bytes than were written.
    if (record === undefined && end + 1 === bytes.length) break;
    seq += 1;
    const parsed = record === undefined ? undefined : parseRecord(record.value, runId, seq);
    if (parsed === undefined) throw damaged(file, line);
    if (parsed.known) batch.push(parsed.event);
    start = end + 1;
    if (text.endsWith(continues)) continue;
    content.events.push(...batch);
    batch = [];
    content.lastSeq = seq;
    content.wholeBytes = start;
  }
  content.torn = bytes.subarray(content.wholeBytes);
  return content;
}

/** Puts the torn end of a log into a file beside it, and cuts it off. */
export async function setTornEndAside(file: string, content: LogContent): Promise<void> {
  if (content.torn.length === 0) return;
  try {
    await writeDurably(`${file}.torn-${randomUUID()}`, content.torn);
    const handle = await open(file, 'r+');
    try {
      await handle.truncate(content.wholeBytes);
      await handle.datasync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw storageError('The end of the log of this run could not be mended', cause);
  }
}

export type LogWriter = {
  /** Durable when it returns; when it throws, nothing of it is in the log. */
  append(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
};

/** @throws MusterError `storage` */
export async function openLogWriter(file: string, length: number): Promise<LogWriter> {
  let handle: FileHandle;
  try {
    handle = await open(file, length === 0 ? 'a+' : 'r+', 0o600);
    await handle.close();
    handle = await open(file, 'r+');
    if (length === 0) await syncFolder(path.dirname(file));
  } catch (cause) {
    throw storageError('The log of this run could not be opened', cause);
  }
  let end = length;
  let broken: unknown;
  return {
    async append(bytes) {
      if (broken !== undefined) throw storageError('The log of this run cannot be written', broken);
      const { size } = await handle.stat();
      if (size !== end) {
        broken = new Error(`the log has ${size} bytes where ${end} were expected`);
        throw storageError('The log of this run was changed by something else', broken);
      }
      try {
        await writeAll(handle, bytes, end);
        await handle.datasync();
        end += bytes.length;
      } catch (cause) {
        // What could not be cut off would stand before the next append, so there is none.
        await cutBack(handle, end).catch(() => {
          broken = cause;
        });
        throw storageError('The log of this run could not be written', cause);
      }
    },
    close: () => handle.close(),
  };
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const rest = bytes.length - written;
    const { bytesWritten } = await handle.write(bytes, written, rest, position + written);
    written += bytesWritten;
  }
}

async function cutBack(handle: FileHandle, length: number): Promise<void> {
  await handle.truncate(length);
  await handle.datasync();
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** @returns undefined for a record that does not belong where it stands */
function parseRecord(value: unknown, runId: RunId, seq: number) {
  try {
    const parsed = parseEvent(value);
    return parsed.event.seq === seq && parsed.event.runId === runId ? parsed : undefined;
  } catch (error) {
    if (error instanceof z.ZodError) return undefined;
    throw error;
  }
}

function damaged(file: string, line: number) {
  const what = `The log of this run is damaged at line ${line} of ${file}`;
  return storageError(what, undefined, 'Start the task as a new run; the damaged log stays.');
}

function noSuchRun(runId: RunId): MusterError {
  return new MusterError(
    'not-found',
    `There is no run ${runId} in this workspace. Nothing was changed. Look at the list of runs for its id.`,
  );
}
