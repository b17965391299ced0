/** Parses code in a thread of its own, which is started with the first file and ended when it has been idle. */
import { Worker } from 'node:worker_threads';
import { MusterError } from '../../shared/muster-error.ts';
import { type CodeRequest, CodeResponse, type Parsed } from './code-messages.ts';
import { codeWorkerFile, grammarFiles } from './grammar-files.ts';

export type CodeParser = {
  /**
   * @returns undefined where parsing took too long or failed
   * @throws MusterError `internal` when the thread cannot run; an abort rejects with the signal's reason
   */
  parse(
    file: Pick<CodeRequest, 'language' | 'bytes' | 'name'>,
    signal: AbortSignal,
  ): Promise<Parsed | undefined>;
  close(): Promise<void>;
};

const parseLimitMs = 3000;
/** A thread that gives no answer to anybody for so long is ended; starting one and loading grammars takes a second. */
const silenceLimitMs = 15_000;
const idleMs = 60_000;

type Running = {
  worker: Worker;
  waiting: Map<number, PromiseWithResolvers<Parsed | undefined>>;
  idle: NodeJS.Timeout | undefined;
  silence: NodeJS.Timeout | undefined;
};

/** @param options.parseLimitMs for one file; what was read by then of its tree is given */
export function createCodeParser(options: { parseLimitMs?: number } = {}): CodeParser {
  let running: Running | undefined;
  let lastId = 0;
  const end = async (one: Running, error: unknown): Promise<void> => {
    if (running === one) running = undefined;
    clearTimeout(one.idle);
    clearTimeout(one.silence);
    for (const { reject } of one.waiting.values()) reject(error);
    one.waiting.clear();
    await one.worker.terminate();
  };
  const listen = (one: Running): void => {
    clearTimeout(one.silence);
    one.silence = setTimeout(() => void end(one, threadEnded()), silenceLimitMs).unref();
  };
  const start = (): Running => {
    const data = { ...grammarFiles(), timeLimitMs: options.parseLimitMs ?? parseLimitMs };
    const worker = new Worker(codeWorkerFile, {
      workerData: data,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    const one: Running = { worker, waiting: new Map(), idle: undefined, silence: undefined };
    worker.unref();
    worker.on('message', (message: unknown) => {
      listen(one);
      receive(one, CodeResponse.parse(message));
    });
    worker.on('error', (cause) => void end(one, threadEnded(cause)));
    return one;
  };
  return {
    async parse(file, signal) {
      signal.throwIfAborted();
      const one = running ?? start();
      running = one;
      clearTimeout(one.idle);
      lastId += 1;
      const id = lastId;
      const answer = Promise.withResolvers<Parsed | undefined>();
      if (one.waiting.size === 0) listen(one);
      one.waiting.set(id, answer);
      one.worker.ref();
      one.worker.postMessage({ ...file, id } satisfies CodeRequest);
      const onAbort = () => answer.reject(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await answer.promise;
      } finally {
        signal.removeEventListener('abort', onAbort);
        one.waiting.delete(id);
        if (one.waiting.size === 0) {
          clearTimeout(one.silence);
          one.worker.unref();
          one.idle = setTimeout(() => void end(one, undefined), idleMs).unref();
        }
      }
    },
    close: async () => {
      if (running !== undefined) await end(running, threadEnded());
    },
  };
}

function receive(one: Running, response: CodeResponse): void {
  one.waiting.get(response.id)?.resolve('parsed' in response ? response.parsed : undefined);
}

function threadEnded(cause?: unknown): MusterError {
  return new MusterError(
    'bad-input',
    'The code could not be analysed: the parser took too long or ended. Nothing was changed. Use search_files and read_file instead.',
    { cause },
  );
}
