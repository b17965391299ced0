/** Preloaded into a command line with `--json`: ends it by SIGKILL once the event of a number is out, which is when it is durable. */
import process from 'node:process';

const [at = 0, delayMs = 0] = (process.env.CRASH_KILL ?? '').split('+').map(Number);
let due = at > 0;

process.stdout.write = new Proxy(process.stdout.write, {
  apply(write, stdout, given) {
    // stdout is a pipe: what is written is out when this returns.
    const written: unknown = Reflect.apply(write, stdout, given);
    if (due && seqIn(String(given[0])) >= at) {
      due = false;
      if (delayMs === 0) end();
      else setTimeout(end, delayMs);
    }
    return written;
  },
});

function seqIn(text: string): number {
  return Number(/"seq":(\d+)/.exec(text)?.[1] ?? 0);
}

function end(): void {
  process.kill(process.pid, 'SIGKILL');
}
