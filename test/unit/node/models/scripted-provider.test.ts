/** The scripted provider: a demonstration that plays its script and says that it is one. */
import assert from 'node:assert/strict';
import type { TurnRequest } from '../../../../src/engine/model-port.ts';
import type { Step } from '../../../../src/node/models/script.ts';
import { createScriptedProvider } from '../../../../src/node/models/scripted-provider.ts';
import type { TurnId } from '../../../../src/shared/ids.ts';

const never = new AbortController().signal;
const tool = { name: 'read_file', description: '', inputSchema: {}, strict: true };

function requestFor(conversationId: string, more: Partial<TurnRequest> = {}): TurnRequest {
  return {
    turnId: 't1' as TurnId,
    conversationId,
    model: 'demo-smart',
    system: 'You are a demo.',
    tools: [tool],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'go' }] }],
    ...more,
  };
}

function provider(...steps: Step[]) {
  const script = { name: 'sample', description: '', conversations: { plan: steps } };
  return createScriptedProvider(script, { pace: 0 });
}

describe('the scripted provider', () => {
  it('says in every model name that it is a demonstration and not AI', async () => {
    const models = await provider({ text: 'x' }).listModels(never);
    assert.deepEqual(
      models.map((model) => model.id),
      ['demo-smart', 'demo-balanced', 'demo-fast'],
    );
    for (const model of models)
      assert.match(model.displayName, /Scripted demonstration \(not AI\)/);
  });

  it('streams pieces that joined are the text of the answer', async () => {
    const pieces: string[] = [];
    const answer = await provider({
      thinking: 'I look at the files.',
      text: 'First I read them, then I plan the work in small steps.',
      calls: [{ name: 'read_file', input: { path: 'a.ts' } }],
    }).streamTurn(requestFor('plan'), (piece) => pieces.push(piece), never);
    assert.ok(pieces.length > 2);
    assert.equal(pieces.join(''), answer.text);
    assert.equal(answer.stop, 'tools');
    assert.deepEqual(
      answer.calls.map(({ name, input }) => ({ name, input })),
      [{ name: 'read_file', input: { path: 'a.ts' } }],
    );
    assert.deepEqual(JSON.parse(JSON.stringify(answer.content)), answer.content);
  });

  it('leaves thinking out of an answer that has no tools to work with', async () => {
    const request = requestFor('plan', { tools: [] });
    const answer = await provider({ thinking: 'Hm.', text: 'Yes.' }).streamTurn(
      request,
      () => {},
      never,
    );
    assert.equal(answer.text, 'Yes.');
  });

  it('estimates what it used, unless the script says it', async () => {
    const given = { input: 10, output: 20, cacheRead: 30, cacheWrite: 40 };
    const request = requestFor('plan');
    const said = await provider({ text: 'x', usage: given }).streamTurn(request, () => {}, never);
    const guessed = await provider({ text: 'x' }).streamTurn(request, () => {}, never);
    assert.deepEqual(said.usage, given);
    assert.ok(guessed.usage.input > 0 && guessed.usage.output > 0);
  });

  it('names conversation and turn where the script does not go on', async () => {
    const request = requestFor('team');
    await assert.rejects(
      provider({ text: 'x' }).streamTurn(request, () => {}, never),
      {
        code: 'model-refused',
        message: /no conversation 'team'/,
      },
    );
  });

  it('refuses a model that it does not have', async () => {
    const request = requestFor('plan', { model: 'claude-opus-5-5' });
    await assert.rejects(
      provider({ text: 'x' }).streamTurn(request, () => {}, never),
      {
        code: 'model-refused',
      },
    );
  });

  it('plays failures, but not one that a retry would get over', async () => {
    const play = (step: Step) => provider(step).streamTurn(requestFor('plan'), () => {}, never);
    const busy = { status: 529, message: 'overloaded' };
    await assert.rejects(play({ fault: { status: 401, message: 'no' } }), { code: 'model-auth' });
    await assert.rejects(play({ fault: busy }), { code: 'model-limit' });
    await assert.rejects(play({ text: 'a b', fault: { cut: true } }), {
      code: 'model-unreachable',
    });
    await assert.rejects(play({ fault: { malformed: true } }), { code: 'model' });
    assert.equal((await play({ text: 'there', fault: { ...busy, times: 2 } })).text, 'there');
  });

  it('stops at once when it is aborted, with the reason given', async () => {
    const reason = new Error('cancelled by the person');
    for (const step of [
      { text: 'a b c d e f', delayMs: 600_000 },
      { fault: { hang: true as const } },
    ]) {
      const controller = new AbortController();
      const script = { name: 'slow', description: '', conversations: { plan: [step] } };
      const turn = createScriptedProvider(script).streamTurn(
        requestFor('plan'),
        () => {},
        controller.signal,
      );
      controller.abort(reason);
      await assert.rejects(turn, reason);
    }
  });
});
