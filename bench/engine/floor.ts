/** What durability itself costs: one commit of `node:sqlite`, synced in full, for each event of a log. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RunEvent } from '../../src/shared/events.ts';

/** @returns milliseconds for all of them */
export function commitEach(folder: string, events: readonly RunEvent[]): number {
  const database = new DatabaseSync(path.join(folder, 'floor.db'));
  try {
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = FULL');
    database.exec('CREATE TABLE events (seq INTEGER PRIMARY KEY, event TEXT NOT NULL)');
    const insert = database.prepare('INSERT INTO events (seq, event) VALUES (?, ?)');
    const lines = events.map((event) => JSON.stringify(event));
    const start = performance.now();
    for (const [index, line] of lines.entries()) insert.run(index + 1, line);
    return performance.now() - start;
  } finally {
    database.close();
  }
}
