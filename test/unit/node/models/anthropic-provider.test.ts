/** The Anthropic provider, over HTTP against the loopback server. */
import assert from 'node:assert/strict';
import type { TurnAnswer } from '../../../../src/engine/model-port.ts';
import type { Step } from '../../../../src/node/models/script.ts';
import { currentModels } from '../../../support/model-server/model-list.ts';
import type { ModelServerOptions } from '../../../support/model-server/start-model-server.ts';
import { anthropicServices } from './anthropic-services.ts';
import { ask, goOn, never, readFile, says } from './conversation.ts';

const call = (path: string) => ({ name: 'read_file', input: { path } });
const long = 'word '.repeat(3000);

describe('the Anthropic provider', () => {
  const { serve, providerFor, answerOf } = anthropicServices();

  describe('in a conversation', () => {
    it('keeps every earlier byte over turns, results and a new process', async () => {
      const steps: Step[] = [
        { thinking: 'Where to begin?', text: 'I read two files.', calls: [call('a'), call('b')] },
        { calls: [{ name: 'read_file', input: { path: 'ü "quoted" \n漢', limit: 3 } }] },
        { thinking: 'Enough.', text: 'All is well.' },
        { text: 'Still well.' },
      ];
      const server = await serve({ 'work/api': steps });
      let request = ask('work/api');
      const answers: TurnAnswer[] = [];
      for (const _step of steps) {
        const answer = await providerFor(server).streamTurn(request, () => {}, never);
        answers.push(answer);
        request = goOn(request, answer);
      }
      assert.deepEqual(
        answers.map((answer) => answer.stop),
        ['tools', 'tools', 'end', 'end'],
      );
      assert.deepEqual(answers[1]?.calls[0]?.input, { path: 'ü "quoted" \n漢', limit: 3 });
      assert.deepEqual(
        server.requests.map((one) => one.outcome),
        Array(4).fill('answered'),
      );
      assert.deepEqual(
        server.requests.map((one) => one.turn),
        [0, 1, 2, 3],
      );
    });

    it('sends thinking back as it came, empty text and signature included', async () => {
      const server = await serve({ plan: [{ calls: [call('a')] }, { text: 'done' }] });
      const provider = providerFor(server);
      const answer = await provider.streamTurn(ask('plan'), () => {}, never);
      const [thinking] = answer.content as Array<{
        type: string;
        thinking: string;
        signature: string;
      }>;
      assert.equal(thinking?.type, 'thinking');
      assert.equal(thinking?.thinking, '');
      assert.ok((thinking?.signature.length ?? 0) > 40);
      await provider.streamTurn(goOn(ask('plan'), answer), () => {}, never);
      const body = server.requests[1]?.body as { messages: Array<{ content: unknown }> };
      assert.equal(JSON.stringify(body.messages[1]?.content), JSON.stringify(answer.content));
    });

    it('is told when what came before was changed', async () => {
      const server = await serve({ plan: [{ calls: [call('a')] }, { text: 'done' }] });
      const provider = providerFor(server);
      const next = goOn(ask('plan'), await provider.streamTurn(ask('plan'), () => {}, never));
      const changed = [
        { ...next, system: 'You are a careful engineer. Today is Monday.' },
        { ...next, tools: [...next.tools, { ...readFile, name: 'other' }] },
        {
          ...next,
          messages: [says('Conversation: plan\nSomething else.'), ...next.messages.slice(1)],
        },
      ];
      for (const request of changed) {
        await assert.rejects(
          provider.streamTurn(request, () => {}, never),
          {
            code: 'model-refused',
            message: /bound to a different conversation/,
          },
        );
      }
    });

    it('hands on the words in order, thinking between calls included', async () => {
      const server = await serve({
        plan: [{ thinking: 'First, the files.', text: `I read ${long}`, calls: [call('a')] }],
      });
      const pieces: string[] = [];
      const answer = await providerFor(server).streamTurn(
        ask('plan'),
        (text) => pieces.push(text),
        never,
      );
      assert.ok(pieces.length > 100);
      assert.equal(pieces.join(''), answer.text);
      assert.equal(answer.text, `First, the files.\n\nI read ${long}`);
    });

    it('shows only the answer where no tools are offered', async () => {
      const server = await serve({ answer: [{ thinking: 'Let me see.', text: 'Forty-two.' }] });
      const request = ask('answer', { tools: [] });
      const answer = await providerFor(server).streamTurn(request, () => {}, never);
      assert.equal(answer.text, 'Forty-two.');
    });
  });

  describe('in a request', () => {
    async function bodyOf(more: Parameters<typeof ask>[1], options?: ModelServerOptions) {
      const server = await serve({ plan: [{ text: 'x' }] }, options);
      await providerFor(server, { effort: 'low' }).streamTurn(ask('plan', more), () => {}, never);
      return server.requests[0]?.body as Record<string, unknown>;
    }

    it('offers tools strictly and never forces one', async () => {
      const body = await bodyOf({});
      assert.deepEqual(body.tool_choice, { type: 'auto' });
      assert.match(JSON.stringify(body.tools), /"strict":true/);
      assert.deepEqual(body.thinking, { type: 'adaptive', display: 'summarized' });
      assert.deepEqual(body.output_config, { effort: 'low' });
    });

    it('puts cache markers at the end of the system text and at the top, never into a message', async () => {
      const body = await bodyOf({});
      assert.deepEqual(body.cache_control, { type: 'ephemeral' });
      assert.match(JSON.stringify(body.system), /cache_control/);
      assert.doesNotMatch(JSON.stringify([body.messages, body.tools]), /cache_control/);
    });

    it('goes by what the models list says, not by the name', async () => {
      const [model] = currentModels;
      assert.ok(model?.capabilities);
      const modest = {
        ...model,
        id: 'claude-opus-5-5',
        max_tokens: 4096,
        capabilities: {
          ...model.capabilities,
          structured_outputs: { supported: false },
          effort: { ...model.capabilities.effort, low: { supported: false } },
          thinking: {
            ...model.capabilities.thinking,
            types: { ...model.capabilities.thinking.types, adaptive: { supported: false } },
          },
        },
      };
      const body = await bodyOf({ maxOutputTokens: 9999 }, { models: [modest] });
      assert.equal(body.max_tokens, 4096);
      assert.equal(body.thinking, undefined);
      assert.equal(body.output_config, undefined);
      assert.doesNotMatch(JSON.stringify(body.tools), /strict/);
    });

    it('does with what every current model accepts where there is no models list', async () => {
      const body = await bodyOf({}, { modelsList: false });
      assert.equal(body.max_tokens, 32_000);
      assert.deepEqual(body.thinking, { type: 'adaptive', display: 'summarized' });
      assert.equal(body.output_config, undefined);
    });

    it('reads the models list once, also when turns run at the same time', async () => {
      const server = await serve({ 'work/*': [{ text: 'x' }] });
      const provider = providerFor(server);
      const turns = ['a', 'b', 'c'].map((id) =>
        provider.streamTurn(ask(`work/${id}`), () => {}, never),
      );
      await Promise.all(turns);
      const models = await provider.listModels(never);
      assert.equal(server.counts.modelsList, 1);
      assert.ok(
        models.some(
          ({ id, maxOutputTokens }) => id === 'claude-sonnet-5-5' && maxOutputTokens === 128_000,
        ),
      );
    });

    it('offers the models of the tiers where there is no models list', async () => {
      const provider = providerFor(await serve({ plan: [{ text: 'x' }] }, { modelsList: false }));
      const ids = (await provider.listModels(never)).map((model) => model.id);
      assert.deepEqual(ids, Object.values(provider.tiers));
    });

    it('takes nothing from the environment', async () => {
      const server = await serve({ plan: [{ text: 'x' }] });
      const environment = {
        ANTHROPIC_API_KEY: 'sk-of-the-environment',
        ANTHROPIC_AUTH_TOKEN: 'token-of-the-environment',
        ANTHROPIC_BASE_URL: 'http://127.0.0.1:9',
        ANTHROPIC_CUSTOM_HEADERS: 'x-from-environment: yes\nAuthorization: Bearer other',
        ANTHROPIC_LOG: 'debug',
      };
      const before = Object.keys(environment).map((name) => [name, process.env[name]] as const);
      Object.assign(process.env, environment);
      try {
        await providerFor(server).streamTurn(ask('plan'), () => {}, never);
      } finally {
        for (const [name, value] of before) {
          if (value === undefined) delete process.env[name];
          else process.env[name] = value;
        }
      }
      assert.equal(server.requests[0]?.headers['x-from-environment'], undefined);
      assert.equal(server.requests[0]?.headers['anthropic-version'], '2026-10-21');
    });
  });

  describe('in an answer', () => {
    it('counts input, output, cache read and cache write apart', async () => {
      const usage = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 };
      assert.deepEqual((await answerOf({ text: 'x', usage })).usage, usage);
    });

    it('reads from the cache what an earlier turn wrote', async () => {
      const server = await serve({ plan: [{ calls: [call('a')] }, { text: 'done' }] });
      const provider = providerFor(server);
      const request = ask('plan', { system: long });
      const first = await provider.streamTurn(request, () => {}, never);
      const second = await provider.streamTurn(goOn(request, first), () => {}, never);
      assert.equal(first.usage.cacheRead, 0);
      assert.equal(second.usage.cacheRead, first.usage.cacheWrite);
    });

    it('says why the model stopped and which model answered', async () => {
      assert.equal((await answerOf({ text: 'half of', stop: 'length' })).stop, 'length');
      assert.equal((await answerOf({ text: 'no', stop: 'refusal' })).stop, 'refusal');
      assert.equal(
        (await answerOf({ text: 'x', model: 'claude-opus-5-5-1' })).model,
        'claude-opus-5-5-1',
      );
    });
  });
});
