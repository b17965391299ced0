/** What `muster apply` tells a run, by what was decided already and what is named. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { applyWanted } from '../../../src/cli/apply-wanted.ts';
import type { HunkDecision, ReviewedFile } from '../../../src/shared/changes.ts';
import type { RunState } from '../../../src/shared/run-state.ts';

const hunk = (id: string) => ({ id, baseStart: 1, baseLines: 1, headStart: 1, headLines: 1 });

function file(
  path: string,
  decisions: Record<string, HunkDecision>,
  more: Partial<ReviewedFile> = {},
): ReviewedFile {
  const hunks = Object.keys(decisions).map(hunk) as unknown as ReviewedFile['hunks'];
  const given = { path, status: 'modified', binary: false, additions: 1, deletions: 1 } as const;
  return { ...given, hunks, decisions, whole: 'undecided', ...more };
}

const stateOf = (files: ReviewedFile[]) =>
  ({ runId: 'R', changes: { base: 'b', head: 'h', files } }) as unknown as RunState;

const apply = (files: ReviewedFile[], only?: string[]) => applyWanted(stateOf(files), { only });

describe('muster apply', () => {
  it('accepts the hunks that are undecided, by their names, and leaves what was decided', () => {
    const files = [
      file('a', { one: 'undecided', two: 'rejected', three: 'accepted' }),
      file('b', { four: 'rejected' }),
      file('c', {}),
      file('d', {}, { whole: 'rejected' }),
    ];
    assert.deepEqual(apply(files), [
      { do: 'decide-change', path: 'a', decision: 'accepted', hunks: ['one'] },
      { do: 'decide-change', path: 'c', decision: 'accepted' },
      { do: 'apply' },
    ]);
  });

  it('leaves out what is not named, although it was accepted', () => {
    const files = [file('a', { one: 'accepted' }), file('sub/b', { two: 'undecided' })];
    assert.deepEqual(apply(files, ['./sub/']), [
      { do: 'decide-change', path: 'a', decision: 'undecided' },
      { do: 'decide-change', path: 'sub/b', decision: 'accepted', hunks: ['two'] },
      { do: 'apply' },
    ]);
  });

  it('takes a file in conflict when it is named, and not otherwise', () => {
    const conflict = { reason: 'it has changed', places: [] };
    const files = [file('a', { one: 'undecided' }, { conflict })];
    assert.throws(() => apply(files), /a: it has changed\n.*name with --only/);
    assert.equal(apply(files, ['a']).length, 2);
  });

  it('takes no name that no file has', () => {
    assert.throws(() => apply([file('a', {})], ['x']), /--only x: no file.*There are: a\./);
  });

  it('takes --only for no yes to a protected file, and --allow-protected for one', () => {
    const files = [
      file('.npmrc', { one: 'undecided' }, { protected: 'packages' }),
      file('a', { two: 'undecided' }),
    ];
    assert.throws(() => apply(files), /Nothing was applied: \.npmrc is protected/);
    assert.throws(() => apply(files, ['.npmrc']), { code: 'protected' });
    assert.equal(apply(files, ['a']).length, 2);
    assert.deepEqual(
      applyWanted(stateOf(files), { only: ['.npmrc'], allowProtected: ['.npmrc'] }),
      [
        {
          do: 'decide-change',
          path: '.npmrc',
          decision: 'accepted',
          hunks: ['one'],
          confirmed: true,
        },
        { do: 'apply' },
      ],
    );
  });

  it('gives the yes anew to what was accepted without one, and asks none for what was rejected', () => {
    const accepted = file('.npmrc', { one: 'accepted' }, { protected: 'packages' });
    const rejected = file('.envrc', { two: 'rejected' }, { protected: 'shell' });
    assert.throws(() => apply([accepted]), { code: 'protected' });
    assert.deepEqual(apply([rejected]), [{ do: 'apply' }]);
    assert.deepEqual(
      applyWanted(stateOf([accepted, rejected]), { allowProtected: ['.npmrc', '.envrc'] }),
      [
        {
          do: 'decide-change',
          path: '.npmrc',
          decision: 'accepted',
          hunks: ['one'],
          confirmed: true,
        },
        { do: 'apply' },
      ],
    );
  });

  it('takes a yes to a protected file for no decision on its conflict', () => {
    const conflict = { reason: 'it has changed', places: [] };
    const one = file('.npmrc', { one: 'undecided' }, { protected: 'packages', conflict });
    assert.throws(() => applyWanted(stateOf([one]), { allowProtected: ['.npmrc'] }), {
      code: 'wrong-decision',
    });
  });

  it('leaves it to the run to refuse before there are changes', () => {
    assert.deepEqual(applyWanted({} as RunState, { only: ['x'] }), [{ do: 'apply' }]);
  });
});
