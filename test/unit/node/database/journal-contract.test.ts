/** The journal in the database and the one in memory keep the same contract. */
import { DatabaseSync } from 'node:sqlite';
import { afterEach } from 'mocha';
import { databaseFile } from '../../../../src/node/database/database-files.ts';
import { type Database, openDatabase } from '../../../../src/node/database/open-database.ts';
import { createMemoryJournal, type MemoryRecords } from '../../../support/memory-journal.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { stoppedClock as clock, contractRun, describeJournal } from '../../contract/journal.ts';

const opened: Database[] = [];
afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
});
const makeFolder = temporaryFolders();

describeJournal('a database', async () => {
  const folder = await makeFolder();
  const database = await openDatabase(folder, { clock });
  opened.push(database);
  let isNew = true;
  return {
    open() {
      if (!isNew) return database.openRun(contractRun);
      isNew = false;
      return database.createRun(contractRun);
    },
    async appendForeign(line) {
      const other = new DatabaseSync(databaseFile(folder), { timeout: 5_000 });
      const { seq } = JSON.parse(line);
      other
        .prepare('INSERT INTO events (run_id, seq, event) VALUES (?, ?, ?)')
        .run(contractRun, seq, line);
      other.close();
    },
  };
});

describeJournal('memory', async () => {
  const records: MemoryRecords = { lines: [], bodies: new Map() };
  return {
    open: async () => createMemoryJournal(contractRun, { clock, records }),
    appendForeign: async (line) => void records.lines.push(line),
  };
});
