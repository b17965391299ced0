// The told run goes on: its changes are reviewed, refused, applied.

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
    files: changed.map(([path, status, additions, deletions, amount]) => ({
      path,
      status,
      additions,
      deletions,
      binary: false,
      hunks: hunks(amount),
    })),
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
