/** Sends an answer over HTTP, whole or as a stream, at the script's pace and with its faults. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../../../src/node/models/script.ts';
import { answerEvents, eventText } from './answer-events.ts';
import type { WireAnswer } from './compose-answer.ts';
import type { ServiceError } from './service-error.ts';

export type Sending = {
  response: ServerResponse;
  requestId: string;
  /** Aborted when the client is gone or the server ends. */
  signal: AbortSignal;
};

type StreamFault = Exclude<Fault, { status: number }>;

export function sendJson({ response, requestId }: Sending, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'request-id': requestId,
  });
  response.end(text);
}

export function sendError(sending: Sending, error: ServiceError): void {
  if (error.retryAfter !== undefined) {
    sending.response.setHeader('retry-after', String(error.retryAfter));
  }
  sendJson(sending, error.status, {
    type: 'error',
    error: { type: error.type, message: error.message },
    request_id: sending.requestId,
  });
}

/** @returns whether the whole answer was sent */
export async function sendStream(
  sending: Sending,
  answer: WireAnswer,
  { fault, delayMs }: { fault: StreamFault | undefined; delayMs: number },
): Promise<boolean> {
  const { response, requestId, signal } = sending;
  const events = answerEvents(answer);
  const sent = fault ? events.slice(0, Math.ceil(events.length / 2)) : events;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'request-id': requestId,
  });
  for (const event of sent) {
    if (delayMs > 0) await wait(delayMs / events.length, undefined, { signal });
    if (!response.write(eventText(event))) await once(response, 'drain', { signal });
  }
  if (!fault) {
    response.end();
    return true;
  }
  if ('hang' in fault) await once(signal, 'abort');
  if ('malformed' in fault) {
    response.end('event: content_block_delta\ndata: {"type":"content_block_delta", oops\n\n');
  } else {
    // Ended only once what was written is out, so that the client has seen the half.
    response.write('', () => response.destroy());
  }
  return false;
}
