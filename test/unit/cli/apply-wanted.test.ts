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

const apply = (files: ReviewedFile[], only?: string[]) =>
  applyWanted({ changes: { base: 'b', head: 'h', files } } as unknown as RunState, only);

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

  it('leaves it to the run to refuse before there are changes', () => {
    assert.deepEqual(applyWanted({} as RunState, ['x']), [{ do: 'apply' }]);
  });
});
