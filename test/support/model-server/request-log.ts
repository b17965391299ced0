/** Keeps what the loopback server was asked, without keys, and lets a test wait for a request. */
import type { IncomingMessage } from 'node:http';
import { blocksOf, WireMessage } from './wire.ts';

const maxRecorded = 10_000;

export type RecordedRequest = {
  /** Undefined where the first message does not begin with `Conversation: <id>`. */
  conversationId: string | undefined;
  /** Assistant messages in the request. */
  turn: number;
  model: string | undefined;
  body: unknown;
  /** Without those that hold a key. */
  headers: Record<string, string>;
  /** Milliseconds since 1970. */
  at: number;
  /** `abandoned`: the client went away before the answer was out. */
  outcome: 'pending' | 'answered' | 'refused' | 'failed' | 'abandoned';
  /** 0 while there is none. */
  status: number;
  /** Fulfilled when the connection's response is over, by whichever side. */
  ended: Promise<void>;
};

export type RequestLog = {
  requests: RecordedRequest[];
  counts: {
    messages: number;
    modelsList: number;
    countTokens: number;
    inFlight: number;
    mostInFlight: number;
  };
  nextId(): string;
  add(
    request: IncomingMessage,
    body: string,
    gone: AbortSignal,
  ): {
    end(outcome: RecordedRequest['outcome'], status: number): void;
  };
  waitFor(fits: (request: RecordedRequest) => boolean): Promise<RecordedRequest>;
  close(): void;
};

type Waiting = {
  fits: (request: RecordedRequest) => boolean;
  resolve: (request: RecordedRequest) => void;
  reject: (reason: Error) => void;
};

export function createRequestLog(): RequestLog {
  const requests: RecordedRequest[] = [];
  const counts = { messages: 0, modelsList: 0, countTokens: 0, inFlight: 0, mostInFlight: 0 };
  let waiting: Waiting[] = [];
  let ids = 0;
  return {
    requests,
    counts,
    nextId() {
      ids += 1;
      return `req_${String(ids).padStart(8, '0')}`;
    },
    add(request, body, gone) {
      counts.messages += 1;
      counts.inFlight += 1;
      counts.mostInFlight = Math.max(counts.mostInFlight, counts.inFlight);
      const record: RecordedRequest = {
        ...readable(body),
        headers: headersOf(request),
        at: Date.now(),
        outcome: 'pending',
        status: 0,
        ended: new Promise((resolve) => {
          gone.addEventListener('abort', () => {
            counts.inFlight -= 1;
            if (record.outcome === 'pending') record.outcome = 'abandoned';
            resolve();
          });
        }),
      };
      requests.push(record);
      if (requests.length > maxRecorded) requests.shift();
      const [met, unmet] = split(waiting, (one) => one.fits(record));
      waiting = unmet;
      for (const one of met) one.resolve(record);
      return {
        end(outcome, status) {
          if (record.outcome === 'pending') Object.assign(record, { outcome, status });
        },
      };
    },
    waitFor(fits) {
      const found = requests.find(fits);
      if (found) return Promise.resolve(found);
      return new Promise((resolve, reject) => waiting.push({ fits, resolve, reject }));
    },
    close() {
      for (const one of waiting) one.reject(new Error('The loopback server was closed.'));
      waiting = [];
    },
  };
}

/** Muster's first line of a conversation names it. */
export function conversationOf(messages: readonly WireMessage[]): {
  conversationId: string | undefined;
  turn: number;
} {
  const first = messages[0] && blocksOf(messages[0])[0];
  const line = first?.type === 'text' ? first.text.split('\n', 1)[0] : undefined;
  return {
    conversationId: /^Conversation: (\S+)\s*$/.exec(line ?? '')?.[1],
    turn: messages.filter((message) => message.role === 'assistant').length,
  };
}

function readable(
  body: string,
): Pick<RecordedRequest, 'conversationId' | 'turn' | 'model' | 'body'> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { conversationId: undefined, turn: 0, model: undefined, body };
  }
  const fields = typeof value === 'object' && value !== null ? value : {};
  const messages = WireMessage.array().safeParse('messages' in fields ? fields.messages : []);
  return {
    ...conversationOf(messages.success ? messages.data : []),
    model: 'model' in fields && typeof fields.model === 'string' ? fields.model : undefined,
    body: value,
  };
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const secret = new Set(['authorization', 'x-api-key', 'cookie', 'proxy-authorization']);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      secret.has(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

function split<T>(list: readonly T[], fits: (one: T) => boolean): [T[], T[]] {
  return [list.filter(fits), list.filter((one) => !fits(one))];
}
