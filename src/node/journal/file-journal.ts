/** The journal of a run in files: an append-only log, and bodies beside it. */
import { mkdir } from 'node:fs/promises';
import type { Clock, Journal } from '../../engine/ports.ts';
import { type EventBody, eventVersion, type RunEvent } from '../../shared/events.ts';
import type { RunId } from '../../shared/ids.ts';
import type { RunSummary } from '../../shared/protocol.ts';
import { getBody, putBody } from './body-store.ts';
import { replaceFile, syncFolder } from './durable-file.ts';
import { encodeBatch, openLogWriter, readLog, setTornEndAside } from './event-log.ts';
import { type RunFiles, runFiles, runsFolder } from './run-files.ts';
import { lockRun, type RunLock } from './run-lock.ts';
import { storageError } from './storage-error.ts';

export type FileJournal = Journal & {
  /** What `listRuns` shows of this run; written by whoever drives it, after an append. */
  writeSummary(summary: RunSummary): Promise<void>;
};

/** A run as another process may see it, while its owner goes on writing. */
export type RunReader = Pick<Journal, 'runId' | 'read' | 'getBody'>;

type Dependencies = { clock: Clock };

/** @throws MusterError `storage`, also when the run exists already */
export async function createRun(
  stateFolder: string,
  runId: RunId,
  dependencies: Dependencies,
): Promise<FileJournal> {
  const files = runFiles(stateFolder, runId);
  try {
    await mkdir(runsFolder(stateFolder), { recursive: true, mode: 0o700 });
    await mkdir(files.folder, { mode: 0o700 });
    await mkdir(files.bodies, { mode: 0o700 });
    await syncFolder(files.folder);
    await syncFolder(runsFolder(stateFolder));
  } catch (cause) {
    throw storageError('A new run could not be stored', cause);
  }
  const lock = await lockRun(files.holders);
  return openJournal({ runId, files, lock, length: 0, lastSeq: 0, ...dependencies });
}

/**
 * Opens a run for writing; the end of a log that a crash tore is set aside.
 * @throws MusterError `in-use` when a living process holds it, `not-found`, `storage`
 */
export async function openRun(
  stateFolder: string,
  runId: RunId,
  dependencies: Dependencies,
): Promise<FileJournal> {
  const files = runFiles(stateFolder, runId);
  // A run that does not exist must not come into being by being locked.
  await readLog(files.log, runId);
  const lock = await lockRun(files.holders);
  try {
    const content = await readLog(files.log, runId);
    await setTornEndAside(files.log, content);
    const { wholeBytes: length, lastSeq } = content;
    return await openJournal({ runId, files, lock, length, lastSeq, ...dependencies });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** Reads without a lock; an append that is being written is not seen yet. */
export function readRun(stateFolder: string, runId: RunId): RunReader {
  const files = runFiles(stateFolder, runId);
  return {
    runId,
    read: async () => (await readLog(files.log, runId)).events,
    getBody: (ref) => getBody(files.bodies, ref),
  };
}

type Opened = Dependencies & {
  runId: RunId;
  files: RunFiles;
  lock: RunLock;
  length: number;
  lastSeq: number;
};

async function openJournal(opened: Opened): Promise<FileJournal> {
  const { runId, files, lock, clock } = opened;
  const writer = await openLogWriter(files.log, opened.length).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const inTurn = oneAtATime();
  let lastSeq = opened.lastSeq;
  let closed: Promise<void> | undefined;

  const appendNow = async (bodies: readonly EventBody[]): Promise<RunEvent[]> => {
    if (bodies.length === 0) return [];
    const at = clock.now().toISOString();
    const events = bodies.map(
      (body, position): RunEvent => ({
        v: eventVersion,
        seq: lastSeq + position + 1,
        at,
        runId,
        ...body,
      }),
    );
    await writer.append(encodeBatch(events));
    lastSeq += events.length;
    return events;
  };
  const refuseWhenClosed = () => {
    if (closed !== undefined) throw storageError('The log of this run is closed');
  };

  return {
    ...readRunFiles(files, runId),
    async append(bodies) {
      refuseWhenClosed();
      return inTurn(() => appendNow(bodies));
    },
    async putBody(text) {
      refuseWhenClosed();
      return putBody(files.bodies, text);
    },
    async writeSummary(summary) {
      refuseWhenClosed();
      return inTurn(() => replaceFile(files.summary, JSON.stringify(summary)));
    },
    close() {
      closed ??= inTurn(async () => {
        await writer.close();
        await lock.release();
      });
      return closed;
    },
  };
}

function readRunFiles(files: RunFiles, runId: RunId): RunReader {
  return {
    runId,
    read: async () => (await readLog(files.log, runId)).events,
    getBody: (ref) => getBody(files.bodies, ref),
  };
}

function oneAtATime() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(work: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };
}
