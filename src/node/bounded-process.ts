/** Runs a program to its end, or until its time, its output or the caller's patience is used up. */
import { spawn } from 'node:child_process';

export type BoundedProgram = {
  file: string;
  args: readonly string[];
  cwd: string;
  environment: Record<string, string>;
  input?: Uint8Array;
  timeLimitMs: number;
  /** Gets the output as it comes; what it returns ends the program. */
  onOutput(chunk: Buffer): 'stop' | undefined;
};

export type BoundedEnd = {
  ended: 'exit' | 'stopped' | 'time';
  /** null unless it exited by itself. */
  code: number | null;
  /** The beginning of what it printed as errors. */
  errors: string;
};

const keptErrorBytes = 16 * 1024;

/** Rejects with the signal's reason on abort, and with the system's error where it cannot be started. */
export function runBounded(program: BoundedProgram, signal: AbortSignal): Promise<BoundedEnd> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const child = spawn(program.file, [...program.args], {
      cwd: program.cwd,
      env: program.environment,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let ended: BoundedEnd['ended'] = 'exit';
    const errors: Buffer[] = [];
    let errorBytes = 0;
    const kill = () => child.kill('SIGKILL');
    const timer = setTimeout(() => {
      if (ended === 'exit') ended = 'time';
      kill();
    }, program.timeLimitMs);
    signal.addEventListener('abort', kill, { once: true });
    const release = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
    };
    child.stdout.on('data', (chunk: Buffer) => {
      if (ended !== 'exit' || program.onOutput(chunk) === undefined) return;
      ended = 'stopped';
      kill();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (errorBytes < keptErrorBytes) errors.push(chunk);
      errorBytes += chunk.length;
    });
    // A program that ended before it has read everything says why by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(program.input ?? Buffer.alloc(0));
    child.on('error', (error) => {
      release();
      reject(error);
    });
    child.on('close', (code) => {
      release();
      if (signal.aborted) return reject(signal.reason);
      const text = Buffer.concat(errors).toString('utf8', 0, keptErrorBytes);
      resolve({ ended, code: ended === 'exit' ? code : null, errors: text });
    });
  });
}
