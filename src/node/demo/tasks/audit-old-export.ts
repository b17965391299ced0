/** The demo's task `audit-old-export`: a survey that changes nothing. */
import type { Script } from '../../models/script.ts';
import { finishTask, pass, readFile, searchFiles } from '../script-calls.ts';

export const auditOldExport: Script['conversations'] = {
  'work/audit-old-export': [
    {
      thinking: 'By name, by module path, and by the words that documents would use.',
      delayMs: 1100,
      calls: [searchFiles('exportCsvV1'), searchFiles('export-v1'), searchFiles('semicolon')],
    },
    {
      thinking: 'The entry and the README. Let me see both places in full.',
      delayMs: 1000,
      calls: [readFile('src/index.js'), readFile('README.md')],
    },
    {
      delayMs: 1300,
      calls: [
        finishTask(
          'Three places. src/export-v1.js: the module itself, delete it. src/index.js: one line exports exportCsvV1, take it out. README.md: the section "Old export" describes it, take it out. No test, no example and no other module uses it; package.json does not name it.',
        ),
      ],
    },
  ],
  'validate-work/audit-old-export/*': [
    {
      thinking: 'I repeat the search rather than believe the report.',
      delayMs: 1000,
      calls: [searchFiles('V1'), searchFiles('export-v1')],
    },
    {
      delayMs: 900,
      calls: [pass('The report names every match, and what to do about each.')],
    },
  ],
};
