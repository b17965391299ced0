/** A conversation only grows: what was sent once is sent again, byte for byte, before anything new. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { composeMessages } from '../../../../src/engine/agent/compose-messages.ts';
import type { Message, TurnRequest } from '../../../../src/engine/model-port.ts';
import type { ConversationState } from '../../../../src/shared/run-state.ts';
import { type EventfulRun, playEventfulRun } from '../../shared/eventful-run.ts';

describe('The messages of a conversation', function () {
  this.timeout(30_000);
  let run: EventfulRun;
  before(async () => {
    run = await playEventfulRun();
  });
  after(() => run?.stage.close());

  const journal = () => ({
    getBody: (ref: Parameters<EventfulRun['stage']['host']['body']>[1]) =>
      run.stage.host.body(run.state.runId, ref),
  });
  const byConversation = () => Map.groupBy(run.requests, (request) => request.conversationId);

  it('are repeated in each request before what is new, with the same prompt and tools', () => {
    assert.ok(run.requests.length > 30);
    for (const [id, requests] of byConversation()) {
      for (const [at, request] of requests.entries()) {
        const earlier = requests[at - 1];
        if (!earlier) continue;
        assert.deepEqual(fixedPart(request), fixedPart(earlier), id);
        const [past, now] = [blocksOf(earlier.messages), blocksOf(request.messages)];
        assert.ok(now.length > past.length, `${id}: something is new`);
        assert.deepEqual(now.slice(0, past.length), past, id);
      }
    }
  });

  it('are the same when they are composed from the log, after restarts', async () => {
    for (const conversation of run.state.conversations) {
      const requests = byConversation().get(conversation.conversationId) ?? [];
      assert.equal(requests.length, conversation.turns.length);
      for (const [turns, { messages }] of requests.entries()) {
        const then = { ...conversation, turns: conversation.turns.slice(0, turns) };
        const composed = await composeMessages(journal(), then);
        assert.equal(JSON.stringify(composed), JSON.stringify(messages));
      }
    }
  });

  it('alternate, begin and end with the user, and answer every call once', () => {
    for (const { messages, conversationId } of run.requests) {
      const roles = messages.map((message) => message.role);
      assert.deepEqual(
        roles,
        roles.map((_, at) => (at % 2 === 0 ? 'user' : 'assistant')),
      );
      assert.equal(roles.at(-1), 'user', conversationId);
      for (const [at, message] of messages.entries()) {
        assert.ok(message.content.length > 0);
        if (message.role === 'assistant')
          assert.deepEqual(resultsIn(messages[at + 1]), callsIn(message));
      }
    }
  });

  it('join what follows an answer without content to the message before', () => {
    const [first, second] = byConversation().get('triage') ?? [];
    assert.deepEqual([first?.messages.length, second?.messages.length], [1, 1]);
    assert.equal(second?.messages[0]?.content.length, 2);
  });

  it('cannot be composed while a call has no result', async () => {
    const work = run.state.conversations.find((each) => each.conversationId === 'work/retry');
    const [turn] = work?.turns ?? [];
    assert.ok(work && turn);
    const { content: _, ...call } = turn.calls[0] ?? assert.fail();
    const open: ConversationState = { ...work, turns: [{ ...turn, calls: [call] }] };
    await assert.rejects(composeMessages(journal(), open), /has no result/);
  });
});

function fixedPart({ system, tools, model, maxOutputTokens }: TurnRequest) {
  return { system, tools: JSON.stringify(tools), model, maxOutputTokens };
}

function blocksOf(messages: readonly Message[]): string[] {
  return messages.flatMap(({ role, content }) =>
    content.map((block) => JSON.stringify([role, block])),
  );
}

function callsIn({ content }: Message): unknown[] {
  return content.flatMap((block) =>
    typeof block === 'object' && block !== null && 'id' in block ? [block.id] : [],
  );
}

function resultsIn(message: Message | undefined): unknown[] {
  if (message?.role !== 'user') return [];
  return message.content.flatMap((block) =>
    block.type === 'tool_result' ? [block.providerId] : [],
  );
}
