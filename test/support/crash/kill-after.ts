/**
 * Preloaded into a command line with `--json`: ends it by SIGKILL once the event of a number is out,
 * which is when it is durable, or when it begins the n-th operation after that: a file, a process,
 * a connection, a timer.
 */
import { createHook } from 'node:async_hooks';
import process from 'node:process';

const [at = 0, operations = 0] = (process.env.CRASH_KILL ?? '').split('+').map(Number);
let due = at > 0;

process.stdout.write = new Proxy(process.stdout.write, {
  apply(write, stdout, given) {
    // stdout is a file: what is written is out when this returns.
    const written: unknown = Reflect.apply(write, stdout, given);
    if (due && seqIn(String(given[0])) >= at) {
      due = false;
      if (operations === 0) end();
      else endAtOperation(operations);
    }
    return written;
  },
});

/** Steps of the program itself, which go out to nothing. */
const inside = new Set(['PROMISE', 'TickObject', 'Microtask', 'Immediate', 'AsyncResource']);

function endAtOperation(last: number): void {
  let begun = 0;
  const init = (_: number, type: string) => {
    if (inside.has(type)) return;
    begun += 1;
    if (begun >= last) end();
  };
  createHook({ init }).enable();
}

function seqIn(text: string): number {
  return Number(/"seq":(\d+)/.exec(text)?.[1] ?? 0);
}

function end(): void {
  process.kill(process.pid, 'SIGKILL');
}
