/** The lines that match, found in a worker thread that is ended when a pattern takes too long. */
import { Worker } from 'node:worker_threads';
import * as z from 'zod';

export type SearchQuery = { pattern: string; regex: boolean; ignoreCase: boolean; context: number };

export type SearchedText = { path: string; bytes: Uint8Array };

const FoundLines = z.object({
  found: z.array(z.object({ path: z.string(), line: z.number(), text: z.string() })),
});
export type FoundLine = z.infer<typeof FoundLines>['found'][number];

// Source text, because the bundle is one file and knows no second entry; plain JavaScript.
const workerSource = String.raw`
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { pattern, regex, ignoreCase, context, maxLineLength } = workerData;
const wanted = ignoreCase && !regex ? pattern.toLowerCase() : pattern;
const expression = regex ? new RegExp(pattern, ignoreCase ? 'i' : '') : undefined;

function placeIn(line) {
  if (expression === undefined) return (ignoreCase ? line.toLowerCase() : line).indexOf(wanted);
  const match = expression.exec(line);
  return match === null ? -1 : match.index;
}

function cut(line, place) {
  if (line.length <= maxLineLength) return line;
  const start = Math.max(0, Math.min(place - maxLineLength / 4, line.length - maxLineLength));
  const end = start + maxLineLength;
  return (start > 0 ? '…' : '') + line.slice(start, end) + (end < line.length ? '…' : '');
}

function shown(lines, index, place) {
  if (context === 0) return cut(lines[index], place);
  const first = Math.max(0, index - context);
  const last = Math.min(lines.length - 1, index + context);
  const block = [];
  for (let at = first; at <= last; at += 1) {
    block.push(at === index ? (at + 1) + ':' + cut(lines[at], place) : (at + 1) + '-' + cut(lines[at], 0));
  }
  return block.join('\n');
}

parentPort.on('message', ({ texts, limit }) => {
  const found = [];
  for (const { path, bytes } of texts) {
    if (found.length >= limit) break;
    const text = new TextDecoder().decode(bytes);
    if (expression === undefined && !ignoreCase && !text.includes(wanted)) continue;
    const lines = text.split(/\r\n|\n/);
    if (lines.length > 1 && lines[lines.length - 1] === '') lines.pop();
    for (let index = 0; index < lines.length && found.length < limit; index += 1) {
      const place = placeIn(lines[index]);
      if (place >= 0) found.push({ path, line: index + 1, text: shown(lines, index, place) });
    }
  }
  parentPort.postMessage({ found });
});
`;

export type SearchWorker = {
  /** @returns at most `limit` lines; `too-slow` once the time for matching is used up */
  match(texts: readonly SearchedText[], limit: number): Promise<FoundLine[] | 'too-slow'>;
  close(): Promise<void>;
};

/** `timeLimitMs` is for all calls together. `query.pattern` must be a valid expression. */
export function startSearchWorker(
  query: SearchQuery,
  { timeLimitMs, signal }: { timeLimitMs: number; signal: AbortSignal },
): SearchWorker {
  const worker = new Worker(workerSource, {
    eval: true,
    env: {},
    execArgv: [],
    workerData: { ...query, maxLineLength: 400 },
    resourceLimits: { maxOldGenerationSizeMb: 256 },
  });
  let remainingMs = timeLimitMs;
  let failure: { error: unknown } | undefined;
  // Without a listener of its own, a failure between two calls would end the whole host.
  worker.on('error', (error) => {
    failure = { error };
  });
  return {
    async match(texts, limit) {
      signal.throwIfAborted();
      if (failure !== undefined) throw failure.error;
      const started = performance.now();
      const answer = await nextAnswer(
        worker,
        { texts, limit },
        { timeLimitMs: remainingMs, signal },
      );
      remainingMs -= performance.now() - started;
      return answer;
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

function nextAnswer(
  worker: Worker,
  question: { texts: readonly SearchedText[]; limit: number },
  { timeLimitMs, signal }: { timeLimitMs: number; signal: AbortSignal },
): Promise<FoundLine[] | 'too-slow'> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(() => resolve('too-slow')), Math.max(0, timeLimitMs));
    const onMessage = (message: unknown): void =>
      settle(() => {
        const answer = FoundLines.safeParse(message);
        if (answer.success) resolve(answer.data.found);
        else reject(answer.error);
      });
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (): void => onError(new Error('The search thread ended too early'));
    const onAbort = (): void => onError(signal.reason);
    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      signal.removeEventListener('abort', onAbort);
      finish();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    signal.addEventListener('abort', onAbort);
    worker.postMessage(question);
  });
}
