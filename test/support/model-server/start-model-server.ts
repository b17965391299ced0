/** A loopback server that speaks the Anthropic Messages API from a script and refuses what the real one refuses. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ModelInfo } from '@anthropic-ai/sdk/resources/models';
import type * as z from 'zod';
import { type Script, type Step, stepFor } from '../../../src/node/models/script.ts';
import { type CacheSimulation, countInput, createCacheSimulation } from './cache-simulation.ts';
import { checkRequest } from './check-request.ts';
import { composeAnswer } from './compose-answer.ts';
import { currentModels, plainModel } from './model-list.ts';
import {
  conversationOf,
  createRequestLog,
  type RecordedRequest,
  type RequestLog,
} from './request-log.ts';
import { type Sending, sendError, sendJson, sendStream } from './send-answer.ts';
import { refuse, ServiceError } from './service-error.ts';
import { WireCountRequest, WireRequest } from './wire.ts';

const loopbackKey = 'sk-ant-loopback-0123456789abcdef';

/** As the real service bounds a request's body. */
const maxBodyBytes = 32 * 1024 * 1024;

type Asked = { conversationId: string; turn: number; body: WireRequest };
export type Handler = (asked: Asked) => Step | Promise<Step>;

export type ModelServerOptions = {
  /** The one key that is let in. */
  apiKey?: string;
  models?: readonly ModelInfo[];
  /** `false` answers 404 to the models list, as some gateways do. */
  modelsList?: boolean;
  /** Factor on the script's delays. */
  pace?: number;
};

export type ModelServer = {
  /** What `baseUrl` wants. */
  readonly url: string;
  readonly apiKey: string;
  /** Requests to `/v1/messages`, oldest first, refused ones too; the newest 10,000. */
  readonly requests: readonly RecordedRequest[];
  readonly counts: RequestLog['counts'];
  /** The first recorded or coming request that fits. */
  waitFor(fits: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  /** Ends every connection at once. */
  close(): Promise<void>;
};

type Context = {
  handler: Handler;
  apiKey: string;
  models: readonly ModelInfo[];
  modelsList: boolean;
  pace: number;
  log: RequestLog;
  cache: CacheSimulation;
  /** How often a turn was asked for, for faults with `times`. */
  asked: Map<string, number>;
};

export async function startModelServer(
  source: Script | Handler,
  { apiKey = loopbackKey, models, modelsList = true, pace = 1 }: ModelServerOptions = {},
): Promise<ModelServer> {
  const log = createRequestLog();
  const scripted = typeof source === 'function' ? [] : (source.models ?? []);
  const context: Context = {
    handler: typeof source === 'function' ? source : handlerOf(source),
    apiKey,
    models: models ?? [
      ...currentModels,
      ...scripted.map(({ id, displayName }) => plainModel(id, displayName)),
    ],
    modelsList,
    pace,
    log,
    cache: createCacheSimulation(),
    asked: new Map(),
  };
  const server = createServer((request, response) => void serve(context, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey,
    requests: log.requests,
    counts: log.counts,
    waitFor: log.waitFor,
    async close() {
      log.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function handlerOf(script: Script): Handler {
  return ({ conversationId, turn }) => {
    const found = stepFor(script, conversationId, turn);
    // 422, because a client retries a 500.
    if ('missing' in found) throw new ServiceError(422, found.missing);
    return found.step;
  };
}

async function serve(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  response.on('error', () => gone.abort());
  const sending: Sending = { response, requestId: context.log.nextId(), signal: gone.signal };
  try {
    await route(context, request, sending);
  } catch (error) {
    if (gone.signal.aborted) return;
    if (response.headersSent) response.destroy();
    else if (error instanceof ServiceError) sendError(sending, error);
    else {
      // A mistake in a test is no passing fault.
      response.setHeader('x-should-retry', 'false');
      sendError(sending, new ServiceError(500, `The loopback server failed: ${String(error)}`));
    }
  }
}

async function route(context: Context, request: IncomingMessage, sending: Sending): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://loopback');
  const body = await readBody(request);
  const where = `${request.method} ${pathname}`;
  if (where === 'POST /v1/messages') return answerMessages(context, request, sending, body);
  checkHeaders(context, request);
  if (where === 'POST /v1/messages/count_tokens') {
    const parsed = parse(WireCountRequest, body);
    findModel(context, parsed.model);
    context.log.counts.countTokens += 1;
    return sendJson(sending, 200, { input_tokens: countInput(parsed) });
  }
  if (context.modelsList && where === 'GET /v1/models') {
    context.log.counts.modelsList += 1;
    return sendJson(sending, 200, {
      data: context.models,
      has_more: false,
      first_id: context.models[0]?.id ?? null,
      last_id: context.models.at(-1)?.id ?? null,
    });
  }
  const model = /^GET \/v1\/models\/([^/]+)$/.exec(where)?.[1];
  if (context.modelsList && model !== undefined) {
    return sendJson(sending, 200, findModel(context, decodeURIComponent(model)));
  }
  throw new ServiceError(404, `Not found: ${where}`);
}

async function answerMessages(
  context: Context,
  request: IncomingMessage,
  sending: Sending,
  body: string,
): Promise<void> {
  const record = context.log.add(request, body, sending.signal);
  try {
    checkHeaders(context, request);
    const parsed = parse(WireRequest, body);
    checkRequest(parsed, findModel(context, parsed.model));
    const { conversationId, turn } = conversationOf(parsed.messages);
    if (conversationId === undefined) {
      throw new ServiceError(
        422,
        'The first line of the first message is not `Conversation: <id>`.',
      );
    }
    const step = await context.handler({ conversationId, turn, body: parsed });
    const fault = dueFault(context, step, `${conversationId}#${turn}`);
    if (fault && 'status' in fault) {
      const { status, message, type, retryAfter } = fault;
      throw new ServiceError(status, message, {
        ...(type === undefined ? {} : { type }),
        ...(retryAfter === undefined ? {} : { retryAfter }),
      });
    }
    const answer = composeAnswer(step, parsed, context.cache.count(parsed));
    const delayMs = (step.delayMs ?? 0) * context.pace;
    if (!parsed.stream) {
      sendJson(sending, 200, answer);
      return record.end('answered', 200);
    }
    const whole = await sendStream(sending, answer, { fault, delayMs });
    record.end(whole ? 'answered' : 'failed', 200);
  } catch (error) {
    if (error instanceof ServiceError) {
      record.end(error.status < 429 ? 'refused' : 'failed', error.status);
    } else record.end(sending.signal.aborted ? 'abandoned' : 'failed', 0);
    throw error;
  }
}

function dueFault(context: Context, step: Step, key: string): Step['fault'] {
  const before = context.asked.get(key) ?? 0;
  context.asked.set(key, before + 1);
  return step.fault && before < (step.fault.times ?? Number.POSITIVE_INFINITY)
    ? step.fault
    : undefined;
}

function checkHeaders({ apiKey }: Context, { headers }: IncomingMessage): void {
  const bearer = headers.authorization?.replace(/^Bearer /, '');
  const key = headers['x-api-key'] ?? bearer;
  if (key === undefined) throw new ServiceError(401, 'x-api-key header is required');
  if (key !== apiKey) throw new ServiceError(401, 'invalid x-api-key');
  if (!headers['anthropic-version']) refuse('anthropic-version: header is required');
}

function findModel({ models }: Context, id: string): ModelInfo {
  const model = models.find((candidate) => candidate.id === id);
  if (!model) throw new ServiceError(404, `model: ${id}`);
  return model;
}

/** The value as it came, not the parser's copy: the order of its keys counts for the prefix. */
function parse<T>(schema: z.ZodType<T>, body: string): T {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    refuse('The request body is not valid JSON.');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return value as T;
  const issue = parsed.error.issues[0];
  refuse(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) {
      throw new ServiceError(413, 'Request exceeds the maximum allowed number of bytes.', {
        type: 'request_too_large',
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
