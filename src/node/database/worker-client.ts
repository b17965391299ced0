/** Calls the worker of the database and waits for its answers. */
import { Worker } from 'node:worker_threads';
import type { RunId } from '../../shared/ids.ts';
import { MusterError } from '../../shared/muster-error.ts';
import {
  fromFailure,
  type Operations,
  type Request,
  type Response,
  type WorkerSetup,
} from './worker-messages.ts';

export type WorkerClient = {
  readonly notices: readonly string[];
  /** @throws MusterError `storage`; an abort rejects with the signal's reason */
  call<Name extends keyof Operations>(
    name: Name,
    args: Parameters<Operations[Name]>,
    how?: CallOptions,
  ): Promise<Awaited<ReturnType<Operations[Name]>>>;
  /** Ends the thread, once the database is closed. */
  end(): Promise<void>;
};

export type CallOptions = {
  signal?: AbortSignal;
  /** Waits for what may never come, and keeps no process alive for it. */
  background?: boolean;
};

type Waiting = {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  background: boolean;
};

/** Bundled it is a file beside the bundle, otherwise the one beside this. */
const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './database-worker.ts' : './database-worker.cjs',
  import.meta.url,
);

/**
 * @param onLost told when other processes took runs over
 * @throws MusterError `storage` when the database cannot be opened
 */
export async function startWorker(
  setup: WorkerSetup,
  onLost: (runs: readonly RunId[]) => void,
): Promise<WorkerClient> {
  // Its environment is empty: it needs none, and holds no key then.
  const worker = new Worker(workerFile, { workerData: setup, env: {}, execArgv: [] });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let ended: MusterError | undefined;
  const opened = Promise.withResolvers<string[]>();

  /** The thread keeps the process alive only while somebody waits for it. */
  const letGo = () => {
    for (const { background } of waiting.values()) if (!background) return;
    worker.unref();
  };
  const settle = (id: number, how: (one: Waiting) => void) => {
    const one = waiting.get(id);
    waiting.delete(id);
    letGo();
    if (one !== undefined) how(one);
  };
  const receive = (response: Response) => {
    switch (response.kind) {
      case 'opened':
        return opened.resolve(response.notices);
      case 'refused':
        return opened.reject(fromFailure(response.failure));
      case 'answer':
        return settle(response.id, ({ resolve }) => resolve(response.value));
      case 'failure':
        return settle(response.id, ({ reject }) => reject(fromFailure(response.failure)));
      case 'lost':
        return onLost(response.runs);
    }
  };
  const stop = (cause?: unknown) => {
    ended ??= threadEnded(cause);
    opened.reject(ended);
    for (const id of [...waiting.keys()]) settle(id, ({ reject }) => reject(ended));
  };
  worker
    .on('message', receive)
    .on('error', stop)
    .on('exit', () => stop());

  const post = (request: Request) => worker.postMessage(request);
  const call: WorkerClient['call'] = (name, args, { signal, background = false } = {}) => {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (ended !== undefined) return Promise.reject(ended);
    lastId += 1;
    const id = lastId;
    const answer = Promise.withResolvers<unknown>();
    waiting.set(id, { ...answer, background });
    if (!background) worker.ref();
    // Name and arguments belong together by the signature.
    post({ id, name, args } as Request);
    const onAbort = () => {
      post({ name: 'cancel', id });
      settle(id, ({ reject }) => reject(signal?.reason));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    const done = answer.promise.finally(() => signal?.removeEventListener('abort', onAbort));
    // The worker answers with what the operation of this name returns.
    return done as Promise<Awaited<ReturnType<Operations[typeof name]>>>;
  };

  try {
    const notices = await opened.promise;
    letGo();
    return { notices, call, end: () => worker.terminate().then(() => {}) };
  } catch (error) {
    await worker.terminate();
    throw error;
  }
}

function threadEnded(cause: unknown): MusterError {
  return new MusterError(
    'storage',
    "The thread that stores Muster's runs has ended. What was recorded before is kept, and your files were not touched. Reload the window, then resume the run.",
    { cause },
  );
}
