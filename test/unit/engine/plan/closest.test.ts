/** The name that was probably meant. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { closest } from '../../../../src/engine/plan/closest.ts';

describe('The closest name', () => {
  it('is the one with the fewest letters different', () => {
    assert.equal(closest('parsr', ['tests', 'parse', 'parser']), 'parse');
    assert.equal(closest('pasrer', ['tests', 'parser']), 'parser');
  });

  it('is the same name where only the case differs', () => {
    assert.equal(closest('PARSER', ['parse', 'parser']), 'parser');
  });

  it('is the first of two that are as near', () => {
    assert.equal(closest('cat', ['bat', 'hat']), 'bat');
  });

  it('is none where more than a third of the letters differ', () => {
    assert.equal(closest('parser', ['tester', 'docs']), undefined);
    assert.equal(closest('file_rw', ['terminal', 'search']), undefined);
  });

  it('may differ in one letter however short the word is', () => {
    assert.equal(closest('a', ['b']), 'b');
    assert.equal(closest('ab', ['xy']), undefined);
  });

  it('is none among none', () => {
    assert.equal(closest('x', []), undefined);
  });
});
