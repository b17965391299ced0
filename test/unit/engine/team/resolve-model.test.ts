/** A tier stands for a model; an id stands for itself. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { resolveModel } from '../../../../src/engine/team/resolve-model.ts';

describe('A declared model', () => {
  const tiers = { smart: 's-1', balanced: 'b-1', fast: 'f-1' };
  it('is that of its tier, or itself', () => {
    assert.deepEqual(
      ['smart', 'balanced', 'fast', 'other-1', 'toString'].map((each) => resolveModel(each, tiers)),
      ['s-1', 'b-1', 'f-1', 'other-1', 'toString'],
    );
  });
});
