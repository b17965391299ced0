/** What the tree, its badges and its words say of a file of the change set. */
import assert from 'node:assert/strict';
import type { ReviewedFile } from '../../../src/shared/changes.ts';
import { fileState, fileStateWords } from '../../../src/shared/file-state.ts';

const hunk = (id: string, baseStart: number) => ({
  id,
  ...{ baseStart, baseLines: 1, headStart: baseStart, headLines: 1 },
});
const file: ReviewedFile = {
  path: 'a.txt',
  status: 'modified',
  additions: 2,
  deletions: 2,
  binary: false,
  hunks: [hunk('one', 1), hunk('two', 9)],
  decisions: {},
  whole: 'undecided',
};

describe('the state of a file of the change set', () => {
  it('is a conflict until every hunk is decided anew', () => {
    const conflict = { reason: 'it has changed since the run began', places: [] };
    const inConflict = { ...file, conflict, decisions: { one: 'accepted' as const } };
    assert.equal(fileState(inConflict), 'conflict');
    assert.equal(fileStateWords(inConflict), 'conflict, decide anew');
    const decided = { one: 'accepted', two: 'rejected' } as const;
    assert.equal(fileState({ ...inConflict, decisions: decided }), 'partly');
  });

  it('counts what is undecided, and says what is the person’s own and what is new', () => {
    const words = fileStateWords({
      ...file,
      decisions: { one: 'rejected' },
      edited: ['two'],
      unseen: ['two'],
    });
    assert.equal(words, '1 of 2 hunks undecided, edited by you, new since you looked');
  });

  it('names the yes that a protected file needs, until it has it or is rejected', () => {
    const guarded = { ...file, protected: 'packages' } as const;
    const needs = 'protected, needs a yes of its own';
    assert.equal(fileStateWords(guarded), `undecided, ${needs}`);
    const rejected = { one: 'rejected', two: 'rejected' } as const;
    assert.equal(fileStateWords({ ...guarded, decisions: rejected }), 'rejected');
    const accepted = { one: 'accepted', two: 'accepted' } as const;
    assert.equal(fileStateWords({ ...guarded, decisions: accepted }), `accepted, ${needs}`);
    assert.equal(fileStateWords({ ...guarded, decisions: accepted, confirmed: true }), 'accepted');
  });
});
