/** Something fetched once and shared by everyone who asks, each of whom may stop waiting. */

/**
 * A failure is not kept: whoever asks next fetches again. When the last one waiting has stopped,
 * the fetch is aborted.
 */
export function fetchedOnce<T>(
  fetch: (signal: AbortSignal) => Promise<T>,
): (signal: AbortSignal) => Promise<T> {
  let current: { result: Promise<T>; stop: AbortController; waiting: number } | undefined;
  return async (signal) => {
    signal.throwIfAborted();
    if (!current) {
      const stop = new AbortController();
      current = { result: fetch(stop.signal), stop, waiting: 0 };
    }
    const mine = current;
    mine.waiting += 1;
    try {
      return await unlessAborted(mine.result, signal);
    } catch (error) {
      if (signal.aborted && mine.waiting > 1) throw error;
      if (current === mine) current = undefined;
      mine.stop.abort();
      throw error;
    } finally {
      mine.waiting -= 1;
    }
  };
}

function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
