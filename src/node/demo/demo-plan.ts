/** The plan that the demo's script hands in. */
import type * as z from 'zod';
import type { Plan } from '../../shared/plan.ts';

export const demoPlan: z.input<typeof Plan> = {
  summary:
    'All tests pass, for causes that are mended rather than hidden; a settle module turns balances into payments; the deprecated CSV export is gone from code and README.',
  assumptions: [
    'This is the scripted demonstration: it plays this plan whatever was typed.',
    'The tests say what is wanted. They may be added to, and none is weakened.',
    'exportCsvV1 may go now: the README announces its removal with the next release.',
  ],
  risks: [
    'Rounding touches every share of every trip; refunds are negative and easily forgotten.',
    'Whoever still imports exportCsvV1 has to move to exportCsv.',
  ],
  tasks: [
    {
      id: 'fix-split',
      title: 'Hand out every cent when an expense is split',
      description:
        'src/split.js rounds each share down and loses the cents that do not divide: 10.00 among three gives 9.99. Give the cents that are left to the first who share, one each, so that shares add up to the total and differ by no more than a cent. Leave the signatures and the other modules alone.',
      specialization: 'Money arithmetic in JavaScript',
      dependencies: [],
      priority: 9,
      acceptance_criteria: [
        'The tests of test/split.test.js pass, unchanged or extended',
        'The shares of an expense add up to its total',
        'Somebody with weight 0 is given nothing',
      ],
      permission: 'read_write',
      files: ['src/split.js', 'test/split.test.js'],
    },
    {
      id: 'add-settlement',
      title: 'Add settle(): the payments that even everybody out',
      description:
        'test/settle.test.js expects a module src/settle.js that is not there. Write it: settle(balances) takes the Map that balances() returns and gives the payments, the largest debt to the largest credit first, ties by name. It refuses balances that do not add up to zero. Do not export it from src/index.js; a later task does.',
      specialization: 'Algorithms in JavaScript',
      dependencies: [],
      priority: 8,
      acceptance_criteria: [
        'The tests of test/settle.test.js pass unchanged',
        'It ends for every Map of whole cents, the empty one included',
      ],
      permission: 'read_write',
      files: ['src/settle.js'],
    },
    {
      id: 'audit-old-export',
      title: 'Find everything that still uses the old CSV export',
      description:
        'Find every place in code, tests, examples and documents that uses or mentions exportCsvV1 or src/export-v1.js, and say for each what has to happen when it is removed. Change nothing.',
      specialization: 'Code reading',
      dependencies: [],
      priority: 7,
      acceptance_criteria: ['Every mention is named with its file, and with what to do about it'],
      permission: 'read_only',
    },
    {
      id: 'fix-amounts',
      title: 'Read one decimal as tens of cents, keep the sign below one',
      description:
        "In src/money.js parseAmount('12.5') gives 12.05, and formatAmount(-50) gives '0.50'. Mend both where they go wrong. The pattern of accepted amounts is right and stays.",
      specialization: 'Money arithmetic in JavaScript',
      dependencies: [],
      priority: 6,
      acceptance_criteria: ['The tests of test/money.test.js pass unchanged'],
      permission: 'read_write',
      files: ['src/money.js'],
    },
    {
      id: 'remove-old-export',
      title: 'Remove the old CSV export',
      description:
        'Delete src/export-v1.js, take its export out of src/index.js and its section out of README.md. exportCsv stays as it is.',
      specialization: 'Clean-up of deprecated code',
      dependencies: ['audit-old-export'],
      priority: 5,
      acceptance_criteria: [
        'No file mentions exportCsvV1 or export-v1 any more',
        'Nothing else changes in src/index.js and README.md',
      ],
      permission: 'read_write',
      files: ['src/export-v1.js', 'src/index.js', 'README.md'],
    },
    {
      id: 'publish-settle',
      title: 'Export and document settle(), and test a whole trip',
      description:
        'Export settle from src/index.js and show it in README.md. Add test/trip.test.js, which takes examples/lisbon.json through balances() and settle() from the public entry: balances add up to zero, and after the payments nobody owes anything. Then run all tests.',
      specialization: 'Integration and release',
      dependencies: ['fix-split', 'fix-amounts', 'add-settlement', 'remove-old-export'],
      priority: 5,
      acceptance_criteria: [
        'npm test passes as a whole',
        'test/trip.test.js fails if shares, amounts or payments lose a cent',
        'README.md shows how to settle up',
      ],
      permission: 'read_write',
      files: ['src/index.js', 'README.md', 'test/trip.test.js'],
    },
  ],
};
