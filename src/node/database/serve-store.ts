/** Answers the requests of the client with the store, on the worker's side of the port. */
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { isDamage } from './database-error.ts';
import { markDamage } from './open-connection.ts';
import { explainFailure, type Store } from './store.ts';
import { type Request, type Response, type Timing, toFailure } from './worker-messages.ts';

type RequestOf<Name> = Extract<Request, { name: Name }>;

/** Answered once there is something to tell. */
type Watch = RequestOf<'next' | 'nextInstructions' | 'settled'>;

export function serveStore(
  store: Store,
  { port, file, timing }: { port: MessagePort; file: string; timing: Timing },
): void {
  const watchers = new Map<number, Watch>();
  let beats: NodeJS.Timeout | undefined;
  let polls: NodeJS.Timeout | undefined;

  const send = (response: Response) => port.postMessage(response);
  const fail = (id: number, name: keyof Store, error: unknown) => {
    if (isDamage(error)) markDamage(file);
    send({ kind: 'failure', id, failure: toFailure(explainFailure(name, error)) });
  };
  const answerWith = async (id: number, name: keyof Store, work: () => unknown) => {
    try {
      send({ kind: 'answer', id, value: await work() });
    } catch (error) {
      fail(id, name, error);
    }
    keepTime();
  };
  const append = (requests: RequestOf<'append'>[]) => {
    if (requests.length === 0) return;
    const outcomes = store.append(requests.map(({ args: [one] }) => one));
    for (const [position, { id }] of requests.entries()) {
      const outcome = outcomes[position];
      if (outcome === undefined) continue;
      if ('error' in outcome) fail(id, 'append', outcome.error);
      else send({ kind: 'answer', id, value: outcome.first });
    }
  };
  /** Synchronous but for what looks at processes, so that requests keep their order. */
  const answer = (request: Exclude<Request, RequestOf<'append'>>): void => {
    const { id, name } = request;
    switch (name) {
      case 'next':
      case 'nextInstructions':
      case 'settled':
        watchers.set(id, request);
        wake(id, request);
        return;
      case 'cancel':
        watchers.delete(id);
        return;
      case 'close':
        clearInterval(beats);
        clearInterval(polls);
        void answerWith(id, name, () => store.close()).then(() => port.close());
        return;
      default: {
        // The arguments are those of the operation with this name.
        const operation = store[name] as (...args: readonly unknown[]) => unknown;
        void answerWith(id, name, () => operation(...request.args));
      }
    }
  };
  const wake = (id: number, watch: Watch) => {
    try {
      const value = newsOf(store, watch);
      if (value === undefined) return;
      send({ kind: 'answer', id, value });
    } catch (error) {
      fail(id, 'read', error);
    }
    watchers.delete(id);
  };
  const poll = () => {
    if (!store.hasChanged()) return;
    for (const [id, request] of watchers) wake(id, request);
  };
  const beat = () => {
    const runs = attempt(() => store.beat()) ?? [];
    if (runs.length > 0) send({ kind: 'lost', runs });
    keepTime();
  };
  /** Clocks run only while there is something to tell or to wait for. */
  const keepTime = () => {
    if (!store.needsBeat()) beats = void clearInterval(beats);
    else beats ??= setInterval(beat, timing.beat);
    if (watchers.size === 0) polls = void clearInterval(polls);
    else polls ??= setInterval(() => attempt(poll), timing.poll);
  };

  port.on('message', (first: Request) => {
    let appends: RequestOf<'append'>[] = [];
    for (const request of [first, ...waitingIn(port)]) {
      if (request.name === 'append') {
        appends.push(request);
        continue;
      }
      // A text that is put commits nothing; everything else sees what was appended before it.
      if (request.name !== 'putBody') {
        append(appends);
        appends = [];
      }
      answer(request);
    }
    append(appends);
    if (watchers.size > 0) attempt(poll);
    keepTime();
  });
}

/** undefined while there is nothing to tell. */
function newsOf(store: Store, watch: Watch): unknown {
  switch (watch.name) {
    case 'next': {
      const records = store.read(...watch.args);
      return records.count === 0 ? undefined : records;
    }
    case 'nextInstructions': {
      const open = store.openInstructions(...watch.args);
      return open.length === 0 ? undefined : open;
    }
    case 'settled':
      return store.settlement(...watch.args);
  }
}

/** What has come while the worker was busy, so that appends share a commit. */
function waitingIn(port: MessagePort): Request[] {
  const requests: Request[] = [];
  for (;;) {
    const received = receiveMessageOnPort(port);
    if (received === undefined) return requests;
    requests.push(received.message as Request);
  }
}

/** For what is done again soon: a failure that lasts is told to whoever asks next. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
