// The told run goes on: its changes are reviewed, refused, applied, reverted.

import { commit, complete, passed, recorded, result, started, totals } from './log-parts.ts';
import { executing } from './run-log.ts';

const hunks = (amount: number): unknown[] =>
  Array.from({ length: amount }, (_, index) => ({
    id: `h${index}`,
    baseStart: 10 * index + 1,
    baseLines: 3,
    headStart: 10 * index + 1,
    headLines: 4,
  }));

type Changed = [path: string, status: string, additions: number, deletions: number, hunks: number];

function file([path, status, additions, deletions, amount]: Changed): object {
  return { path, status, additions, deletions, binary: false, hunks: hunks(amount) };
}

const changed: readonly Changed[] = [
  ['package.json', 'modified', 1, 3, 2],
  ['src/legacy/moment-helper.ts', 'deleted', 0, 64, 1],
  ['src/parse-date.ts', 'modified', 38, 21, 4],
  ['src/week.ts', 'modified', 12, 9, 2],
  ['test/integration/time-zones/with-a-long-folder-name/parse-date.test.ts', 'added', 120, 0, 1],
];

export const reviewing: readonly unknown[] = [
  ...executing,
  result('w-parser-2', 'c3'),
  recorded('parser', 2),
  ...passed('parser', 2),
  complete('parser', 2),
  ...['week-numbers', 'tests', 'audit'].flatMap((taskId) => [
    started(taskId, 'Test author'),
    recorded(taskId, 1),
    ...passed(taskId, 1),
    complete(taskId, 1),
  ]),
  {
    type: 'change:ready',
    base: commit,
    head: commit,
    files: changed.map(file),
  },
  { type: 'workflow:status', status: 'reviewing' },
];

function decided(path: string, decision: string, only?: readonly string[]): unknown {
  return { type: 'change:decided', path, decision, by: 'person', ...(only && { hunks: only }) };
}

export const decidedInPart: readonly unknown[] = [
  ...reviewing,
  decided('package.json', 'accepted'),
  decided('src/legacy/moment-helper.ts', 'rejected'),
  decided('src/parse-date.ts', 'accepted', ['h0']),
  decided('src/week.ts', 'accepted', ['h0']),
  decided('src/week.ts', 'rejected', ['h1']),
];

export const refused: readonly unknown[] = [
  ...decidedInPart,
  { type: 'change:apply', by: 'person' },
  {
    type: 'change:refused',
    files: [
      {
        path: 'src/week.ts',
        reason: 'It was changed since the run began. Undo that change, or reject this file.',
      },
    ],
  },
];

export const applied: readonly unknown[] = [
  ...decidedInPart,
  { type: 'change:apply', by: 'person' },
  {
    type: 'change:applied',
    files: [
      { path: 'package.json', status: 'modified' },
      { path: 'src/parse-date.ts', status: 'modified' },
      { path: 'src/week.ts', status: 'modified' },
    ],
  },
  { type: 'workflow:complete', outcome: 'applied', totals },
  { type: 'workflow:status', status: 'completed' },
];

/** Files that something acts on stand among others; one has its yes. */
export const protecting: readonly unknown[] = [
  ...reviewing.slice(0, -2),
  {
    type: 'change:checked',
    round: 1,
    head: commit,
    by: 'logic checker',
    passed: false,
    summary: 'npm test passes. One thing that was asked for is open.',
    issues: [
      {
        severity: 'major',
        task_id: 'tests',
        message: 'The tests run in two time zones, and three were asked for.',
        suggestion: 'Add Asia/Kolkata.',
      },
    ],
  },
  {
    type: 'change:ready',
    base: commit,
    head: commit,
    files: [
      { ...file(['.github/workflows/test.yml', 'modified', 4, 1, 1]), protected: 'pipeline' },
      { ...file(['.vscode/settings.json', 'added', 9, 0, 1]), protected: 'editor' },
      { ...file(['package.json', 'modified', 1, 3, 2]), protected: 'scripts' },
      { ...file(['media/calendar.png', 'modified', 0, 0, 0]), binary: true },
      file(['src/week.ts', 'modified', 12, 9, 2]),
    ],
  },
  { type: 'workflow:status', status: 'reviewing' },
  { ...(decided('package.json', 'accepted') as object), confirmed: true },
  decided('.vscode/settings.json', 'rejected'),
];

/** Files with another name, in another encoding, or decided whole. */
export const renaming: readonly unknown[] = [
  ...reviewing.slice(0, -2),
  {
    type: 'change:ready',
    base: commit,
    head: commit,
    files: [
      {
        ...file(['media/legacy.csv', 'modified', 0, 0, 0]),
        binary: true,
        undivided: 'unknown-encoding',
      },
      { ...file(['media/strings.rc', 'modified', 2, 1, 2]), encoding: 'utf-16le' },
      { ...file(['media/windows.rc', 'modified', 0, 0, 0]), undivided: 'other-encoding' },
      { ...file(['src/parse-date.ts', 'modified', 4, 2, 2]), renamedFrom: 'src/parse.ts' },
      {
        ...file(['src/time-zones/of-all-places/week-of-year.ts', 'modified', 0, 0, 0]),
        renamedFrom: 'src/legacy/calendar-arithmetic/week.ts',
      },
      {
        ...file(['test/we\u202eek.test.ts', 'modified', 0, 0, 0]),
        renamedFrom: 'test/week\u200b.test.ts',
      },
    ],
  },
  { type: 'workflow:status', status: 'reviewing' },
  decided('src/parse-date.ts', 'accepted'),
  decided('src/parse-date.ts', 'rejected', ['h1']),
];

/** One file moved on in the same place, and is decided anew as it stands now. */
export const conflicting: readonly unknown[] = [
  ...decidedInPart,
  decided('test/integration/time-zones/with-a-long-folder-name/parse-date.test.ts', 'accepted'),
  { type: 'change:apply', by: 'person' },
  {
    type: 'change:refused',
    files: [
      {
        path: 'src/week.ts',
        reason:
          'it has changed since the run began, in the same places (lines 1 to 3). Your version is untouched. Look at the change as it stands against your version now, and decide anew.',
      },
    ],
  },
  {
    type: 'change:conflict',
    base: 'd'.repeat(40),
    head: 'e'.repeat(40),
    files: [
      {
        path: 'src/week.ts',
        reason: 'it has changed since the run began, in the same places',
        places: [{ start: 1, lines: 3 }],
        change: {
          ...file(['src/week.ts', 'modified', 6, 4, 0]),
          hunks: [{ id: 'now', baseStart: 1, baseLines: 3, headStart: 1, headLines: 5 }],
        },
      },
    ],
  },
  { type: 'workflow:status', status: 'reviewing' },
];

/** One file was changed after it was applied, and stays. */
export const reverted: readonly unknown[] = [
  ...applied,
  {
    type: 'change:reverted',
    by: 'person',
    files: ['package.json', 'src/parse-date.ts'],
    left: [
      {
        path: 'src/week.ts',
        reason:
          'it has changed since it was applied, in the same places. It was left as it is: look at it, and undo by hand what you do not want.',
      },
    ],
  },
];

export const revertedWhole: readonly unknown[] = [
  ...applied,
  {
    type: 'change:reverted',
    by: 'person',
    files: ['package.json', 'src/parse-date.ts', 'src/week.ts'],
    left: [],
  },
];
