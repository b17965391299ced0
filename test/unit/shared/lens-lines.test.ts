/** A lens stands above the block that the editor colours, also where that is not where git says. */
import assert from 'node:assert/strict';
import type { Hunk, HunkDecision } from '../../../src/shared/changes.ts';
import { placeHunks } from '../../../src/shared/hunk-places.ts';
import { lensLine } from '../../../src/shared/lens-lines.ts';

const hunk = (
  baseStart: number,
  baseLines: number,
  headStart: number,
  headLines: number,
): Hunk => ({
  id: 'h',
  baseStart,
  baseLines,
  headStart,
  headLines,
});
const lensOf = (
  one: Hunk,
  texts: { base: string; shown: string },
  decision: HunkDecision = 'undecided',
) => {
  const [place] = placeHunks({ hunks: [one], decisions: { h: decision } });
  assert.ok(place);
  const lines = { base: texts.base.split('\n'), shown: texts.shown.split('\n') };
  return lensLine(place, lines, 0);
};

const f = 'f() {\n  x\n}\n';
const g = 'g() {\n  x\n}\n';
const h = 'h() {\n  x\n}\n';
const base = `${f}\n${h}`;
const shown = `${f}\n${g}\n${h}`;

describe('the line of a lens', () => {
  it('is the blank line before an inserted function, where git names the one after', () => {
    // git: the four lines from `g() {`; the editor: from the blank line above it.
    assert.equal(lensOf(hunk(4, 0, 5, 4), { base, shown }), 3);
  });

  it('is never below what git names', () => {
    assert.equal(lensOf(hunk(3, 0, 4, 4), { base, shown }), 3);
  });

  it('is moved with a deletion by what can be slid in the base', () => {
    assert.equal(lensOf(hunk(5, 4, 4, 0), { base: shown, shown: base }), 3);
  });

  it('is that of the hunk for a change of lines, and for one that was rejected', () => {
    assert.equal(lensOf(hunk(2, 1, 2, 1), { base: 'a\nb\nc', shown: 'a\nB\nc' }), 1);
    assert.equal(lensOf(hunk(4, 0, 5, 4), { base, shown: base }, 'rejected'), 4);
  });
});
