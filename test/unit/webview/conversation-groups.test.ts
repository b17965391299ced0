/** Conversations by task, so that only the rows that changed are drawn again. */
import assert from 'node:assert/strict';
import { TaskId } from '../../../src/shared/ids.ts';
import { reduce } from '../../../src/shared/reduce.ts';
import {
  callsOf,
  conversationsOf,
  groupConversations,
  underWay,
} from '../../../src/webview/conversation-groups.ts';
import { answer, eventsOf, stateOf } from '../../support/panel-preview/log-parts.ts';
import { executing } from '../../support/panel-preview/run-log.ts';

const parser = TaskId.parse('parser');
const week = TaskId.parse('week-numbers');
const run = stateOf(executing);

describe('conversations', () => {
  const grouped = groupConversations(run.conversations);

  it('belong to their task, or to the steps of the run', () => {
    assert.deepEqual(
      grouped.steps.map((each) => each.agent),
      ['triage', 'clarifier', 'task planner', 'logic checker', 'orchestrator'],
    );
    assert.equal(conversationsOf(grouped, parser).length, 2);
    assert.deepEqual(conversationsOf(grouped, TaskId.parse('audit')), []);
  });

  it('stay the same array for a task in which nothing happened', () => {
    const event = eventsOf([...executing, answer('w-week', 2)]).at(-1);
    assert.ok(event);
    const after = groupConversations(reduce(run, event).conversations, grouped);
    assert.equal(conversationsOf(after, parser), conversationsOf(grouped, parser));
    assert.equal(after.steps, grouped.steps);
    assert.notEqual(conversationsOf(after, week), conversationsOf(grouped, week));
  });

  it('tell which calls were made, and which conversation is under way', () => {
    const ofParser = conversationsOf(grouped, parser);
    assert.equal(callsOf(ofParser).at(-1)?.title, 'Run npm test');
    assert.equal(underWay(ofParser)?.conversationId, 'w-parser-2');
    assert.equal(underWay(grouped.steps), undefined);
  });
});
