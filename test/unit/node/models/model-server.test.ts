/** The loopback model server: it answers as the real service does, and refuses what the real one refuses. */
import assert from 'node:assert/strict';
import Anthropic, { APIConnectionError, APIError } from '@anthropic-ai/sdk';
import type { MessageParam, Tool } from '@anthropic-ai/sdk/resources/messages';
import type { Step } from '../../../../src/node/models/script.ts';
import {
  type Handler,
  type ModelServer,
  startModelServer,
} from '../../../support/model-server/start-model-server.ts';
import { script } from './conversation.ts';

const tool: Tool = {
  name: 'read_file',
  input_schema: { type: 'object', properties: {}, additionalProperties: false },
};
const begin: MessageParam = { role: 'user', content: 'Conversation: plan\nDo it.' };
const base = {
  model: 'claude-opus-5-5',
  max_tokens: 1000,
  system: 'Be careful.',
  tools: [tool],
  messages: [begin],
};
type Body = Record<string, unknown>;

describe('the loopback model server', () => {
  const servers: ModelServer[] = [];

  async function serve(source: Step[] | Handler): Promise<ModelServer> {
    const server = await startModelServer(
      typeof source === 'function' ? source : script({ plan: source }),
    );
    servers.push(server);
    return server;
  }

  function clientOf(server: ModelServer): Anthropic {
    return new Anthropic({ apiKey: server.apiKey, baseURL: server.url, maxRetries: 0 });
  }

  function post(server: ModelServer, body: unknown, headers: Record<string, string> = {}) {
    return fetch(`${server.url}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': server.apiKey, 'anthropic-version': '2026-10-21', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** Status and message of what the server says to a request that differs from a good one. */
  async function saysTo(body: Body, steps: Step[] = [{ text: 'fine' }]): Promise<string> {
    const response = await post(await serve(steps), { ...base, ...body });
    const answer = (await response.json()) as { error?: { type: string; message: string } };
    return `${response.status} ${answer.error?.type ?? ''} ${answer.error?.message ?? ''}`;
  }

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.close()));
  });

  it('streams the events in the order of the real service, the tool input in pieces', async () => {
    const input = { path: 'a/rather/long/path/to/some/file.ts', limit: 5 };
    const server = await serve([{ thinking: 'Hm.', calls: [{ name: 'read_file', input }] }]);
    const response = await post(server, { ...base, stream: true });
    const types = [...(await response.text()).matchAll(/^event: (.*)$/gm)].map(([, type]) => type);
    assert.deepEqual(
      [...new Set(types)],
      [
        'message_start',
        'content_block_start',
        'ping',
        'content_block_delta',
        'content_block_stop',
        'message_delta',
        'message_stop',
      ],
    );
    assert.ok(types.filter((type) => type === 'content_block_delta').length > 4);
  });

  it('gives the same message whole and streamed, thinking first', async () => {
    const server = await serve([{ thinking: 'Hm.', text: 'It is so.' }]);
    const whole = await clientOf(server).messages.create(base);
    const streamed = await clientOf(server).messages.stream(base).finalMessage();
    assert.deepEqual(JSON.parse(JSON.stringify(streamed.content)), whole.content);
    assert.deepEqual(
      whole.content.map((block) => block.type),
      ['thinking', 'text'],
    );
    assert.deepEqual(whole.content[0], { ...whole.content[0], thinking: '' });
  });

  it('lists models with their capabilities, and counts tokens', async () => {
    const client = clientOf(await serve([{ text: 'x' }]));
    const listed = (await client.models.list()).data;
    assert.ok(listed.some(({ id }) => id === 'claude-sonnet-5-5'));
    assert.equal(
      (await client.models.retrieve('claude-opus-5-5')).capabilities?.thinking.types.disabled
        .supported,
      false,
    );
    const { max_tokens: _most, ...counted } = base;
    assert.ok((await client.messages.countTokens(counted)).input_tokens > 10);
    await assert.rejects(client.models.retrieve('gpt'), { status: 404 });
  });

  it('lets in only the one key, and only with a version', async () => {
    const server = await serve([{ text: 'x' }]);
    const version = { 'anthropic-version': '2026-10-21' };
    const url = `${server.url}/v1/messages`;
    assert.equal((await fetch(url, { method: 'POST', headers: version, body: '{}' })).status, 401);
    assert.equal((await post(server, base, { 'x-api-key': 'other' })).status, 401);
    assert.equal((await post(server, base, { 'anthropic-version': '' })).status, 400);
    assert.equal((await fetch(`${server.url}/v1/models`, { headers: version })).status, 401);
  });

  it('refuses forced tool use and thinking that is switched off', async () => {
    assert.match(
      await saysTo({ tool_choice: { type: 'tool', name: 'read_file' } }),
      /^400 .*forced/,
    );
    assert.match(await saysTo({ tool_choice: { type: 'any' } }), /^400 .*forced/);
    assert.match(await saysTo({ tool_choice: { type: 'auto' } }), /^200/);
    assert.match(await saysTo({ thinking: { type: 'disabled' } }), /^400 .*disabled/);
    assert.match(await saysTo({ thinking: { type: 'enabled', budget_tokens: 1024 } }), /^400/);
    assert.match(await saysTo({ thinking: { type: 'between_tools' } }), /^400/);
    const sonnet = { model: 'claude-sonnet-5-5', thinking: { type: 'between_tools' } };
    assert.match(await saysTo(sonnet), /^200/);
  });

  it('refuses what no request may hold', async () => {
    assert.match(await saysTo({ model: 'claude-9' }), /^404 not_found_error model: claude-9/);
    assert.match(await saysTo({ temperature: 0.2 }), /^400 .*temperature/);
    assert.match(await saysTo({ max_tokens: 1_000_000 }), /^400 .*max_tokens/);
    assert.match(await saysTo({ max_tokens: undefined }), /^400 .*max_tokens/);
    assert.match(await saysTo({ tools: [tool, tool] }), /^400 .*unique/);
    assert.match(await saysTo({ messages: [] }), /^400 .*at least one/);
    assert.match(
      await saysTo({ messages: [{ role: 'assistant', content: 'Hi' }, begin] }),
      /^400 .*first message/,
    );
    assert.match(
      await saysTo({ messages: [begin, { role: 'user', content: [] }] }),
      /^400 .*non-empty/,
    );
    assert.match(
      await saysTo({ messages: [begin, { role: 'user', content: ' ' }] }),
      /^400 .*non-whitespace/,
    );
    const prefill = [begin, { role: 'assistant', content: 'It is' }];
    assert.match(await saysTo({ messages: prefill }), /^400 .*prefill/);
    assert.match(
      await saysTo({ messages: [{ role: 'user', content: 'Hello' }] }),
      /^422 .*Conversation/,
    );
  });

  it('refuses more than four cache markers', async () => {
    const mark = { type: 'ephemeral' };
    const block = { type: 'text', text: 'x', cache_control: mark };
    const system = [block, block, block, block];
    assert.match(await saysTo({ system }), /^200/);
    assert.match(await saysTo({ system, cache_control: mark }), /^400 .*maximum of 4/);
  });

  it('refuses strict tools that strict mode does not compile', async () => {
    const strict = (properties: Body, more: Body = { additionalProperties: false }) =>
      saysTo({
        tools: [{ name: 't', strict: true, input_schema: { type: 'object', properties, ...more } }],
      });
    assert.match(
      await strict({ a: { type: 'integer', minimum: 1 } }),
      /^400 .*minimum are not supported/,
    );
    assert.match(await strict({ a: { type: 'string', pattern: '^a' } }), /^400 .*pattern/);
    assert.match(
      await strict({ a: { type: 'array', items: { type: 'string' }, minItems: 2 } }),
      /^400 .*minItems/,
    );
    assert.match(await strict({ a: { type: 'string' } }, {}), /^400 .*additionalProperties/);
    assert.match(
      await strict({ a: { type: 'object', properties: {} } }),
      /^400 .*additionalProperties/,
    );
    const many = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [`p${index}`, { type: 'string' }]),
    );
    assert.match(await strict(many), /^400 .*too many optional/);
    assert.match(
      await strict(many, { additionalProperties: false, required: Object.keys(many) }),
      /^200/,
    );
  });

  describe('with a conversation that comes back', () => {
    const calls = [
      { name: 'read_file', input: {} },
      { name: 'read_file', input: { path: 'b' } },
    ];

    async function started() {
      const server = await serve([{ thinking: 'Hm.', calls }, { text: 'done' }]);
      const answer = await clientOf(server).messages.create(base);
      const ids = answer.content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
      const results = ids.map((id) => ({ type: 'tool_result', tool_use_id: id, content: 'ok' }));
      const assistant = { role: 'assistant', content: answer.content };
      const send = async (body: Body) => {
        const messages = [begin, assistant, { role: 'user', content: results }];
        const response = await post(server, { ...base, messages, ...body });
        const { error } = (await response.json()) as { error?: { message: string } };
        return `${response.status} ${error?.message ?? ''}`;
      };
      return { content: answer.content, assistant, results, send };
    }

    it('goes on where everything stands as it was, cache markers aside', async () => {
      const { send, assistant, results } = await started();
      const mark = { cache_control: { type: 'ephemeral' } };
      assert.match(await send({}), /^200/);
      assert.match(
        await send({ system: [{ type: 'text', text: 'Be careful.', ...mark }], ...mark }),
        /^200/,
      );
      const marked = { role: 'user', content: [{ type: 'text', text: begin.content, ...mark }] };
      const messages = [marked, assistant, { role: 'user', content: results }];
      assert.match(await send({ messages, tools: [{ ...tool, ...mark }] }), /^200/);
    });

    it('refuses it where anything before a turn changed', async () => {
      const { send, assistant, results } = await started();
      const bound = /^400 .*bound to a different conversation/;
      const answered = { role: 'user', content: results };
      const other = { role: 'user', content: 'Conversation: plan\nDo it!' };
      assert.match(await send({ system: 'Be careful. It is noon.' }), bound);
      assert.match(await send({ tools: [{ ...tool, description: 'now with one' }] }), bound);
      assert.match(await send({ tools: [tool, { ...tool, name: 'more' }] }), bound);
      assert.match(await send({ model: 'claude-sonnet-5-5' }), bound);
      assert.match(await send({ messages: [other, assistant, answered] }), bound);
      assert.match(await send({ messages: [begin, begin, assistant, answered] }), bound);
    });

    it('refuses a turn that was changed, shortened or put in another order', async () => {
      const { send, content, results } = await started();
      const [thinking, ...rest] = content;
      const sent = (turn: unknown[]) =>
        send({
          messages: [
            begin,
            { role: 'assistant', content: turn },
            { role: 'user', content: results },
          ],
        });
      assert.match(await sent(rest), /^400 .*left out/);
      assert.match(
        await sent([{ ...thinking, thinking: 'Something else.' }, ...rest]),
        /^400 .*modified/,
      );
      assert.match(
        await sent([{ ...thinking, signature: 'made-up' }, ...rest]),
        /^400 .*signature/,
      );
      assert.match(await sent([thinking, ...rest.toReversed()]), /^400 .*modified/);
      assert.match(
        await sent([{ ...thinking, cache_control: { type: 'ephemeral' } }, ...rest]),
        /^400/,
      );
    });

    it('refuses calls without results, results without calls, and results after text', async () => {
      const { send, assistant, results } = await started();
      const text = { type: 'text', text: 'Here.' };
      const sent = (content: unknown[]) =>
        send({ messages: [begin, assistant, { role: 'user', content }] });
      assert.match(await sent(results.slice(1)), /^400 .*without `tool_result`/);
      assert.match(await sent([text]), /^400 .*without `tool_result`/);
      assert.match(
        await sent([...results, { ...results[0], tool_use_id: 'toolu_x' }]),
        /^400 .*unexpected/,
      );
      assert.match(await sent([...results, results[0]]), /^400 .*unexpected/);
      assert.match(await sent([text, ...results]), /^400 .*before text/);
      const failed = { ...results[0], content: '', is_error: true };
      assert.match(await sent([failed, ...results.slice(1)]), /^400 .*is_error/);
      assert.match(await sent([...results, text]), /^200/);
    });
  });

  it('plays a fault as often as the script says', async () => {
    const fault = { status: 529, message: 'overloaded', retryAfter: 7, times: 2 };
    const server = await serve([{ text: 'there', fault }]);
    const responses = [
      await post(server, base),
      await post(server, base),
      await post(server, base),
    ];
    assert.deepEqual(
      responses.map(({ status }) => status),
      [529, 529, 200],
    );
    assert.equal(responses[0]?.headers.get('retry-after'), '7');
    assert.match((await responses[0]?.text()) ?? '', /overloaded_error/);
  });

  it('keeps what it was asked, without the key', async () => {
    const server = await serve(({ conversationId, turn }) => ({
      text: `${conversationId} ${turn}`,
    }));
    await clientOf(server).messages.create(base);
    await post(server, { ...base, model: 'claude-9' });
    assert.ok(!JSON.stringify(server.requests).includes(server.apiKey));
    assert.deepEqual(
      server.requests.map(({ conversationId, turn, model, status, outcome }) => [
        conversationId,
        turn,
        model,
        status,
        outcome,
      ]),
      [
        ['plan', 0, 'claude-opus-5-5', 200, 'answered'],
        ['plan', 0, 'claude-9', 404, 'refused'],
      ],
    );
    assert.deepEqual([server.counts.messages, server.counts.inFlight], [2, 0]);
  });

  it('says what went wrong in a handler, and is not asked again', async () => {
    const server = await serve(() => {
      throw new Error('the test is wrong');
    });
    const client = new Anthropic({ apiKey: server.apiKey, baseURL: server.url });
    await assert.rejects(
      client.messages.create(base),
      (error) => error instanceof APIError && /the test is wrong/.test(error.message),
    );
    assert.equal(server.requests.length, 1);
  });

  it('refuses a body that is too large, and one that is no JSON', async () => {
    const server = await serve([{ text: 'x' }]);
    const headers = { 'x-api-key': server.apiKey, 'anthropic-version': '2026-10-21' };
    const send = (body: string) =>
      fetch(`${server.url}/v1/messages`, { method: 'POST', headers, body });
    assert.equal((await send('{"model"')).status, 400);
    const large = await send(`"${'x'.repeat(33 * 1024 * 1024)}"`).then(
      ({ status }) => status,
      () => 413,
    );
    assert.equal(large, 413);
  });

  it('ends everything at once when it is closed', async () => {
    const server = await serve([{ text: 'a b c d e f g h', fault: { hang: true } }]);
    const streamed = clientOf(server).messages.stream(base).finalMessage();
    const waiting = server.waitFor((request) => request.conversationId === 'never');
    await server.waitFor(() => true);
    const began = Date.now();
    await Promise.all([
      server.close(),
      assert.rejects(streamed),
      assert.rejects(waiting, /closed/),
    ]);
    assert.ok(Date.now() - began < 1000);
    await assert.rejects(clientOf(server).messages.create(base), APIConnectionError);
  });
});
