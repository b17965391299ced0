/** The journal in files and the one in memory keep the same contract. */
import { appendFile } from 'node:fs/promises';
import { createRun, openRun } from '../../../../src/node/journal/file-journal.ts';
import { runFiles } from '../../../../src/node/journal/run-files.ts';
import { createMemoryJournal, type MemoryRecords } from '../../../support/memory-journal.ts';
import { temporaryFolders } from '../../../support/temporary-folder.ts';
import { stoppedClock as clock, contractRun, describeJournal } from '../../contract/journal.ts';

const makeFolder = temporaryFolders();

describeJournal('a folder of files', async () => {
  const state = await makeFolder();
  let isNew = true;
  return {
    open() {
      if (!isNew) return openRun(state, contractRun, { clock });
      isNew = false;
      return createRun(state, contractRun, { clock });
    },
    appendForeign: (line) => appendFile(runFiles(state, contractRun).log, `${line}\n`),
  };
});

describeJournal('memory', async () => {
  const records: MemoryRecords = { lines: [], bodies: new Map() };
  return {
    open: async () => createMemoryJournal(contractRun, { clock, records }),
    appendForeign: async (line) => void records.lines.push(line),
  };
});
