/** Ends this process by SIGKILL before a given step of what it does to the disk; half of a write is done. */
import fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

/** Everything of `node:fs/promises` that changes something. */
const changing = ['mkdir', 'open', 'rename', 'unlink', 'symlink', 'chmod', 'rmdir', 'rm'] as const;
const ofHandles = ['writeFile', 'chmod', 'chown', 'sync'] as const;

let counting = false;
let steps = 0;

/** Counts from here. @param lastStep `Infinity` to be never killed */
export async function killAfter(lastStep: number): Promise<void> {
  const step = (beforeEnd: () => void = () => {}) => {
    if (!counting) return;
    steps += 1;
    if (steps <= lastStep) return;
    beforeEnd();
    process.kill(process.pid, 'SIGKILL');
  };
  for (const name of changing) {
    wrap(fs.promises, name, (given) =>
      name === 'open' && !opensToWrite(given) ? undefined : step(),
    );
  }
  const handle = await fs.promises.open(import.meta.filename);
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  for (const name of ofHandles) {
    wrap(prototype, name, (given, target) =>
      step(() => {
        if (name === 'writeFile') writeHalf(target.fd, given[0]);
      }),
    );
  }
  syncBuiltinESMExports();
  counting = true;
}

export function stepsDone(): number {
  return steps;
}

function wrap<Target extends object>(
  target: Target,
  name: keyof Target,
  before: (given: unknown[], self: FileHandle) => void,
): void {
  const real = target[name];
  if (typeof real !== 'function') throw new Error(`There is no ${String(name)}`);
  Object.defineProperty(target, name, {
    value(this: FileHandle, ...given: unknown[]): unknown {
      before(given, this);
      return Reflect.apply(real, this, given);
    },
  });
}

function opensToWrite([, flags = 'r']: unknown[]): boolean {
  return typeof flags === 'number' ? (flags & fs.constants.O_CREAT) !== 0 : flags !== 'r';
}

function writeHalf(file: number, content: unknown): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  if (bytes instanceof Uint8Array) fs.writeSync(file, bytes, 0, Math.floor(bytes.length / 2));
}
