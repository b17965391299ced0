/** The keys lead through every undecided hunk, over files, and round at the end. */
import assert from 'node:assert/strict';
import type { ReviewedFile } from '../../../src/shared/changes.ts';
import { movedLines } from '../../../src/shared/moved-lines.ts';
import { nextUndecided } from '../../../src/shared/next-hunk.ts';

const file = (path: string, lines: number[], decided: number[] = []): ReviewedFile => ({
  path,
  status: 'modified',
  additions: lines.length,
  deletions: lines.length,
  binary: false,
  hunks: lines.map((line) => ({
    id: `h${line}`,
    baseStart: line,
    baseLines: 1,
    headStart: line,
    headLines: 1,
  })),
  decisions: Object.fromEntries(decided.map((line) => [`h${line}`, 'accepted' as const])),
  whole: 'undecided',
});

describe('the next undecided hunk', () => {
  const files = [file('a', [2, 5, 9], [5]), file('b', [1], [1]), file('c', [3])];

  it('leaves out what is decided, and goes on in the next file', () => {
    assert.deepEqual(nextUndecided(files, undefined, 'next'), { path: 'a', line: 1 });
    assert.deepEqual(nextUndecided(files, { path: 'a', line: 1 }, 'next'), { path: 'a', line: 8 });
    assert.deepEqual(nextUndecided(files, { path: 'a', line: 8 }, 'next'), { path: 'c', line: 2 });
    assert.deepEqual(nextUndecided(files, { path: 'b', line: 0 }, 'next'), { path: 'c', line: 2 });
  });

  it('goes round, and back', () => {
    assert.deepEqual(nextUndecided(files, { path: 'c', line: 2 }, 'next'), { path: 'a', line: 1 });
    assert.deepEqual(nextUndecided(files, { path: 'c', line: 2 }, 'previous'), {
      path: 'a',
      line: 8,
    });
    assert.deepEqual(nextUndecided(files, { path: 'a', line: 1 }, 'previous'), {
      path: 'c',
      line: 2,
    });
  });

  it('stops at a file that is decided as a whole, and ends with nothing', () => {
    const whole = { ...file('p', []), binary: true };
    assert.deepEqual(nextUndecided([whole], undefined, 'next'), { path: 'p', line: 0 });
    const rejected = { ...whole, whole: 'rejected' as const };
    assert.equal(nextUndecided([rejected], undefined, 'next'), undefined);
  });
});

describe('lines below what is being typed', () => {
  it('move with it, and back', () => {
    const { forth, back } = movedLines(['a', 'b', 'c'], ['a', 'x', 'y', 'b', 'c']);
    assert.deepEqual([0, 1, 2].map(forth), [0, 1, 4]);
    assert.deepEqual([0, 4].map(back), [0, 2]);
  });
});
