// Starts a command in a process group of its own, collects what it prints, and ends that group.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeAtExit } from './cleanup.ts';
import { waitUntil } from './wait-until.ts';

export interface GroupOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface ProcessGroup {
  readonly pid: number;
  /** The end of its stdout and stderr, in the order in which they came. */
  log(): string;
  /** The exit code, or the signal, of the first process; resolves however it ended. */
  readonly ended: Promise<number | string>;
  running(): boolean;
  /** Asks the whole group to end, then makes it; nothing else is touched. */
  stop(): Promise<void>;
}

const keptCharacters = 200_000;
const politeMs = 5_000;

export async function startGroup(options: GroupOptions): Promise<ProcessGroup> {
  const { command, args, cwd, env } = options;
  const child = spawn(command, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = collectOutput(child);
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signalName) => resolve(code ?? signalName ?? 'unknown'));
  });
  const pid = await startedPid(child);
  const stop = closeAtExit({
    close: () => endGroup(pid),
    closeNow: () => void signalGroup(pid, 'SIGKILL'),
  });
  return {
    pid,
    log,
    ended,
    running: () => child.exitCode === null && child.signalCode === null,
    stop,
  };
}

function collectOutput(child: ChildProcess): () => string {
  let output = '';
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-keptCharacters);
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  return () => output;
}

function startedPid(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      if (child.pid === undefined) reject(new Error('The process has no id.'));
      else resolve(child.pid);
    });
  });
}

async function endGroup(pid: number): Promise<void> {
  if (!signalGroup(pid, 'SIGTERM')) return;
  if (await groupEnds(pid)) return;
  signalGroup(pid, 'SIGKILL');
  await groupEnds(pid);
}

async function groupEnds(pid: number): Promise<boolean> {
  try {
    const what = 'the group to end';
    return await waitUntil(() => !signalGroup(pid, 0), { what, timeoutMs: politeMs });
  } catch {
    return false;
  }
}

/** False when no process of the group is left. */
function signalGroup(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, name);
    return true;
  } catch {
    return false;
  }
}
