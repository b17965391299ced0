/** The demo's task `remove-old-export`: a file, a line and a section go. */
import type { Script } from '../../models/script.ts';
import {
  approve,
  deleteFile,
  editFile,
  finishTask,
  pass,
  readFile,
  searchFiles,
} from '../script-calls.ts';

const oldExport = `export { exportCsvV1 } from './export-v1.js';\n`;

const oldSection = `## Old export

\`exportCsvV1(trip)\` still writes the semicolon format of version 0.1. It is deprecated and goes away
with the next release; use \`exportCsv\`.

`;

export const removeOldExport: Script['conversations'] = {
  'work/remove-old-export': [
    {
      thinking: 'The report names three places. I look at the two that stay before I cut.',
      delayMs: 1000,
      calls: [readFile('src/index.js'), readFile('README.md')],
    },
    {
      thinking: 'One file, one line, one section.',
      delayMs: 1400,
      calls: [
        deleteFile('src/export-v1.js'),
        editFile('src/index.js', oldExport, ''),
        editFile('README.md', oldSection, ''),
      ],
    },
    {
      delayMs: 700,
      calls: [searchFiles('exportCsvV1'), searchFiles('export-v1')],
    },
    {
      delayMs: 800,
      calls: [
        finishTask(
          'Deleted src/export-v1.js, and took its export out of src/index.js and its section out of README.md. A search for the old names finds nothing.',
        ),
      ],
    },
  ],
  'review-code/remove-old-export/*': [
    {
      thinking: 'Only removals. Does anything still point there?',
      delayMs: 1000,
      calls: [searchFiles('exportCsvV1'), searchFiles('Old export')],
    },
    {
      delayMs: 800,
      calls: [approve('Removed completely, and nothing else was touched.')],
    },
  ],
  'validate-work/remove-old-export/*': [
    {
      delayMs: 1300,
      calls: [pass('Module, export and section are gone; the diff holds nothing but removals.')],
    },
  ],
};
