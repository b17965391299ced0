/** Where a measured run is kept: behind the port `Journal`, so that any store can be measured. */
import { stat } from 'node:fs/promises';
import type { Journal } from '../../../src/engine/ports.ts';
import { companionEndings, databaseFile } from '../../../src/node/database/database-files.ts';
import { openDatabase } from '../../../src/node/database/open-database.ts';
import { systemClock } from '../../../src/node/system-clock.ts';
import type { RunId } from '../../../src/shared/ids.ts';
import { createMemoryJournal } from '../../../test/support/memory-journal.ts';

export type JournalStore = {
  create(runId: RunId): Promise<Journal>;
  open(runId: RunId): Promise<Journal>;
  /** On disk, with what is beside the main file. */
  bytes(): Promise<number>;
  close(): Promise<void>;
};

export type OpenStore = (folder: string) => Promise<JournalStore>;

/** The one that runs use. */
export const openSqliteStore: OpenStore = async (folder) => {
  const database = await openDatabase(folder, { clock: systemClock });
  return {
    create: (runId) => database.createRun(runId),
    open: (runId) => database.openRun(runId),
    bytes: () => databaseBytes(folder),
    close: () => database.close(),
  };
};

/** Durable nowhere: what the engine costs by itself. */
export const openMemoryStore: OpenStore = async () => {
  const records = { lines: [], bodies: new Map<string, string>() };
  const journal = async (runId: RunId) =>
    createMemoryJournal(runId, { clock: systemClock, records });
  return { create: journal, open: journal, bytes: async () => 0, close: async () => {} };
};

async function databaseBytes(folder: string): Promise<number> {
  const file = databaseFile(folder);
  let bytes = 0;
  for (const end of ['', ...companionEndings]) {
    bytes += (await stat(`${file}${end}`).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}
