/** At most so many at the same time, the others in the order in which they came. */

export type Limit = <Result>(work: () => Promise<Result>, signal: AbortSignal) => Promise<Result>;

export function createLimit(most: number): Limit {
  let running = 0;
  const waiting: Array<() => void> = [];
  return async (work, signal) => {
    signal.throwIfAborted();
    if (running >= most) await turn(waiting, signal);
    else running += 1;
    try {
      return await work();
    } finally {
      // A place goes straight to the next, so that nobody slips in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}

function turn(waiting: Array<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    };
    const onAbort = () => {
      waiting.splice(waiting.indexOf(go), 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    waiting.push(go);
  });
}
