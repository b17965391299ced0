/** What the review shows between a decision and its place in the log. */
import assert from 'node:assert/strict';
import { KnownStates } from '../../../src/extension/review/known-states.ts';
import type { Instruction } from '../../../src/shared/instruction.ts';
import type { RunState } from '../../../src/shared/run-state.ts';
import { creates, scriptOf } from '../../support/runs/script-parts.ts';
import { openStage, runUntilReview } from '../../support/runs/scripted-run.ts';

const decide = (decision: 'accepted' | 'rejected'): Instruction[] => [
  { do: 'decide-change', path: 'b.txt', decision },
];

describe('a run as the review shows it', () => {
  let state: RunState;
  let decided: RunState;
  before(async () => {
    const stage = await openStage({ files: { 'a.txt': 'one\n' } });
    const script = scriptOf([{ id: 'add' }], { 'work/add': creates('b.txt', 'b\n') });
    const driver = await stage.host.start('Do it', stage.provider(script));
    state = await runUntilReview(driver);
    await driver.decideChange({ path: 'b.txt', decision: 'accepted' }, 'you');
    decided = driver.state;
    await stage.close();
  });
  const shown = (states: KnownStates) => {
    const [file] = states.shown.get(state.runId)?.changes?.files ?? [];
    return file?.decisions[file.hunks[0]?.id ?? ''] ?? 'undecided';
  };

  it('has a decision at once, and takes back one that did not count', () => {
    const states = new KnownStates();
    states.set(state);
    const end = states.expect(state.runId, decide('accepted'));
    assert.equal(shown(states), 'accepted');
    end();
    assert.equal(shown(states), 'undecided');
  });

  it('keeps what is expected over a look at the log as it was before', () => {
    const states = new KnownStates();
    states.set(state);
    const end = states.expect(state.runId, decide('accepted'));
    states.set({ ...state });
    assert.equal(shown(states), 'accepted');
    states.set(decided);
    end();
    assert.equal(shown(states), 'accepted');
  });

  it('shows the later of two decisions that are under way, and does not go back in the log', () => {
    const states = new KnownStates();
    states.set(state);
    const first = states.expect(state.runId, decide('accepted'));
    const second = states.expect(state.runId, decide('rejected'));
    assert.equal(shown(states), 'rejected');
    states.set(decided);
    first();
    assert.equal(shown(states), 'rejected');
    second();
    states.set(state);
    assert.equal(shown(states), 'accepted');
  });
});
