/** What the Anthropic provider says of what fails, and that it ends when it is told to. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnthropicProvider } from '../../../../src/node/models/anthropic-provider.ts';
import { isMusterError } from '../../../../src/shared/muster-error.ts';
import { anthropicServices } from './anthropic-services.ts';
import { ask, never } from './conversation.ts';

const long = 'word '.repeat(3000);

describe('the Anthropic provider', () => {
  const { serve, providerFor, failureOf } = anthropicServices();

  describe('when something fails', () => {
    it('asks for a key where there is none, and sends nothing', async () => {
      const server = await serve({ plan: [{ text: 'x' }] });
      for (const apiKey of [undefined, '', '  ', 'sk-with space', 'sk-ünïcode']) {
        const provider = providerFor(server, { apiKey });
        const turn = provider.streamTurn(ask('plan'), () => {}, never);
        await assert.rejects(turn, { code: 'model-auth', message: /Muster: Set API Key/ });
        await assert.rejects(provider.listModels(never), { code: 'model-auth' });
      }
      assert.equal(server.counts.messages + server.counts.modelsList, 0);
    });

    it('says that the key was refused, without the key', async () => {
      const server = await serve({ plan: [{ text: 'x' }] });
      const apiKey = 'sk-ant-wrong-9f8e7d6c5b4a';
      const turn = providerFor(server, { apiKey }).streamTurn(ask('plan'), () => {}, never);
      await assert.rejects(turn, { code: 'model-auth', message: /key was refused .*Set API Key/ });
    });

    it('blackens the key where a service repeats it', async () => {
      const apiKey = 'sk-ant-loopback-0123456789abcdef';
      for (const status of [400, 401, 403, 404, 418, 500]) {
        const message = `bad key ${apiKey}!`;
        const error = await failureOf({ fault: { status, message } }).catch(assert.fail);
        assert.match(error.userMessage, /bad key \[key\]!/);
        assert.ok(
          !JSON.stringify([error.message, error.stack, String(error.cause)]).includes(apiKey),
        );
      }
    }).timeout(20_000);

    it('names the host that cannot be reached, and no password', async () => {
      const closed = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => closed.once('listening', resolve));
      const { port } = closed.address() as AddressInfo;
      await new Promise((resolve) => closed.close(resolve));
      const options = { apiKey: 'sk-ant-1', baseUrl: `http://127.0.0.1:${port}` };
      const turn = createAnthropicProvider(options).streamTurn(ask('plan'), () => {}, never);
      await assert.rejects(turn, {
        code: 'model-unreachable',
        message: new RegExp(`127.0.0.1:${port} could not be reached`),
      });
      const secret = { ...options, baseUrl: `http://me:pass-word@127.0.0.1:${port}` };
      const error = await createAnthropicProvider(secret)
        .listModels(never)
        .catch((reason: unknown) => reason);
      assert.ok(isMusterError(error) && !`${error.message} ${error.cause}`.includes('pass-word'));
    }).timeout(20_000);

    it('says that an address is none', async () => {
      for (const baseUrl of ['not an address', 'file:///etc/passwd']) {
        const provider = createAnthropicProvider({ apiKey: 'sk-ant-1', baseUrl });
        await assert.rejects(provider.listModels(never), {
          code: 'model-unreachable',
          message: /baseUrl/,
        });
      }
    });

    it('sends a limited request once, and hands on how long the service asks to wait', async () => {
      const busy = { status: 429, message: 'slow down', retryAfter: 7 };
      const error = await failureOf({ fault: busy });
      assert.equal(error.code, 'model-limit');
      assert.equal(error.retryAfterMs, 7000);
    });

    it('says what was refused, limited or failed', async () => {
      const fault = (status: number) => ({
        fault: { status, message: 'because', retryAfter: 0.01 },
      });
      const codes = new Map([
        [400, 'model-refused'],
        [403, 'model-auth'],
        [404, 'model-refused'],
        [422, 'model-refused'],
        [408, 'model'],
        [429, 'model-limit'],
        [503, 'model'],
        [529, 'model-limit'],
      ]);
      for (const [status, code] of codes) {
        const error = await failureOf(fault(status));
        assert.equal(error.code, code, String(status));
        assert.match(error.userMessage, /because/);
      }
    });

    it('names a model that the service does not have', async () => {
      const server = await serve({ plan: [{ text: 'x' }] });
      const request = ask('plan', { model: 'claude-opus-99' });
      const turn = providerFor(server).streamTurn(request, () => {}, never);
      await assert.rejects(turn, { code: 'model-refused', message: /claude-opus-99/ });
    });

    it('names conversation and turn that a script does not have', async () => {
      const server = await serve({ plan: [{ text: 'x' }] });
      const turn = providerFor(server).streamTurn(ask('team'), () => {}, never);
      await assert.rejects(turn, { code: 'model-refused', message: /no conversation 'team'/ });
      assert.equal(server.requests.length, 1);
    });

    it('tells a connection that broke from an answer that is none', async () => {
      assert.equal(
        (await failureOf({ text: long, fault: { cut: true } })).code,
        'model-unreachable',
      );
      assert.equal((await failureOf({ text: long, fault: { malformed: true } })).code, 'model');
    });

    it('is not misled by a server that is no model service', async () => {
      const page = createServer((_request, response) => response.end('<html>hello</html>'));
      page.listen(0, '127.0.0.1');
      await new Promise((resolve) => page.once('listening', resolve));
      const { port } = page.address() as AddressInfo;
      const provider = createAnthropicProvider({
        apiKey: 'sk-1',
        baseUrl: `http://127.0.0.1:${port}`,
      });
      const error = await provider
        .streamTurn(ask('plan'), () => {}, never)
        .catch((reason: unknown) => reason);
      page.closeAllConnections();
      page.close();
      assert.ok(isMusterError(error), String(error));
      assert.match(error.code, /^model/);
    });
  });

  describe('when it is aborted', () => {
    it('ends the request within a second and rejects with the reason', async () => {
      const server = await serve({ plan: [{ text: long, fault: { hang: true } }] });
      const controller = new AbortController();
      const reason = new Error('cancelled by the person');
      let abortedAt = 0;
      const abort = () => {
        if (abortedAt > 0) return;
        abortedAt = Date.now();
        controller.abort(reason);
      };
      await assert.rejects(
        providerFor(server).streamTurn(ask('plan'), abort, controller.signal),
        reason,
      );
      await server.requests[0]?.ended;
      assert.equal(server.requests[0]?.outcome, 'abandoned');
      assert.ok(abortedAt > 0 && Date.now() - abortedAt < 1000);
    });

    it('sends nothing when it was aborted before', async () => {
      const server = await serve({ plan: [{ text: 'x' }] });
      const turn = providerFor(server).streamTurn(
        ask('plan'),
        () => {},
        AbortSignal.abort(new Error('too late')),
      );
      await assert.rejects(turn, /too late/);
      assert.equal(server.counts.messages, 0);
    });
  });
});
