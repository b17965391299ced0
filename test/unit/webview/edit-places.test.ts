/** A problem of an edit is shown at the field that it names, and nowhere else. */
import assert from 'node:assert/strict';
import {
  placeOf,
  problemsOfAgent,
  problemsOfPlan,
  problemsOfTask,
} from '../../../src/webview/edit-places.ts';
import { draftOf } from '../../../src/webview/plan-draft.ts';
import { plan, team } from '../../support/panel-preview/sample-plan.ts';

const draft = draftOf({ plan, team, hash: 'a'.repeat(64) });
const [task] = draft.tasks;
const [agent] = draft.agents;
assert.ok(task && agent);

const ofTask = { task: 'parser', field: 'title', message: 'a' };
const ofBoth = { task: 'parser', agent: 'Calendar engineer', field: 'permission', message: 'b' };
const ofAgent = { agent: 'Calendar engineer', field: 'model', message: 'c' };
const ofPlan = { field: 'tasks', message: 'd' };
const all = [ofTask, ofBoth, ofAgent, ofPlan];

describe('a problem of an edit', () => {
  it('stands at its task, else at its agent, else at the plan', () => {
    assert.deepEqual(problemsOfTask(all, task), [ofTask, ofBoth]);
    assert.deepEqual(problemsOfAgent(all, agent), [ofAgent]);
    assert.deepEqual(problemsOfPlan(all), [ofPlan]);
  });

  it('leaves what has none the same from one look to the next', () => {
    const [, other] = draft.tasks;
    assert.ok(other);
    assert.equal(problemsOfTask(all, other), problemsOfTask([...all], other));
  });

  it('leads to the field in the card that must be open for it, else to the card', () => {
    const prefix = 'edit-task:parser';
    assert.deepEqual(placeOf(ofTask, draft), {
      ids: [`${prefix}:title`, prefix],
      open: ['plan', prefix],
    });
    assert.deepEqual(placeOf(ofAgent, draft).open, ['team', 'edit-agent:agent-1']);
    assert.equal(placeOf(ofPlan, draft).ids[0], 'edit-plan:tasks');
    const gone = { agent: 'Renamed since', message: 'e' };
    assert.deepEqual(placeOf(gone, draft).open, ['plan']);
  });
});
