/** The commits that the sample workspace begins with: which files came when, and why. */

export type SampleCommit = { message: string; date: string; files: readonly string[] };

/** Oldest first; together they hold every file of the sample once. */
export const sampleHistory: readonly SampleCommit[] = [
  {
    message: 'Keep amounts in whole cents and split them',
    date: '2026-03-02T09:10:00+00:00',
    files: ['package.json', 'src/money.js', 'src/split.js', 'src/export-v1.js'],
  },
  {
    message: 'Work out who is owed what',
    date: '2026-04-18T16:40:00+00:00',
    files: ['src/balances.js', 'test/balances.test.js', 'examples/lisbon.json'],
  },
  {
    message: 'Export CSV that spreadsheets read, and deprecate the old format',
    date: '2026-06-05T11:25:00+00:00',
    files: ['src/export.js', 'test/export.test.js', 'src/index.js', 'README.md'],
  },
  {
    message: 'Write down as tests what went wrong after the Lisbon trip',
    date: '2026-09-21T19:05:00+00:00',
    files: ['test/money.test.js', 'test/split.test.js', 'test/settle.test.js'],
  },
];
