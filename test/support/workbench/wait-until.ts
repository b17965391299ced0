// Polls a condition until it holds or its time is up; the error says what was waited for.

import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Ends the sentence `Timed out after … waiting for`. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly intervalMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Added to the error, read when it is thrown. */
  readonly detail?: () => string | Promise<string>;
}

/** Resolves to the first value that is not `undefined` or `false`. */
export async function waitUntil<T>(
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  options: WaitOptions,
): Promise<T> {
  const { what, timeoutMs, intervalMs = 50, signal, detail } = options;
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() >= endsAt) break;
    await pause(intervalMs, undefined, signal === undefined ? {} : { signal });
  }
  const found = detail === undefined ? '' : `\n${await detail()}`;
  throw new Error(`Timed out after ${timeoutMs / 1000} s waiting for ${what}.${found}`);
}
