/** Waits for what another process writes, told by the file system. */
import { type FSWatcher, readFileSync, watch } from 'node:fs';
import path from 'node:path';

/** Ends a test that hangs; nothing waits it out. */
const limitMs = 30_000;

/** @returns what the file holds, as soon as that is so; one that is missing holds nothing */
export function whenFile(
  file: string,
  holds: (text: string) => boolean,
  { signal = new AbortController().signal }: { signal?: AbortSignal } = {},
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const look = () => {
    try {
      const text = textOf(file);
      if (holds(text)) resolve(text);
    } catch (error) {
      reject(error);
    }
  };
  const stop = () => reject(signal.reason);
  let watcher: FSWatcher | undefined;
  const limit = setTimeout(() => {
    reject(new Error(`${file} did not come to hold what was waited for: ${textOf(file)}`));
  }, limitMs);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    watcher = watch(path.dirname(file), look).on('error', reject);
    look();
  } catch (error) {
    reject(error);
  }
  return promise.finally(() => {
    clearTimeout(limit);
    signal.removeEventListener('abort', stop);
    watcher?.close();
  });
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
