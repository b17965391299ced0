/** Runs command lines in a lane: own process group, allow-listed environment, bounded time and output. */

import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandOutcome, Shell, ShellCommand } from '../engine/lane-ports.ts';
import type { BoundedOutput } from './bounded-output.ts';
import { createBoundedOutput } from './bounded-output.ts';
import type { Environment } from './command-environment.ts';
import { commandEnvironment } from './command-environment.ts';
import { newCommandToken, withCommandToken } from './command-token.ts';
import { endGroup, isGroupAlive } from './process-group.ts';
import { processIdentity } from './process-identity.ts';

export type LaneShellOptions = {
  root: string;
  /** What the allow-list is applied to; that of this process by default. */
  environment?: Environment;
  /** Holds the commands' home and temporary files and outlives them; by default each command gets its own, removed after it. */
  temporaryFolder?: string;
  /** The first that exists is used. */
  shells?: readonly string[];
  /** Puts a command line into a sandbox; undefined where there is none. What it throws keeps the command from running. */
  confine?: (
    line: string,
    at: { shell: string; hosts: readonly string[] },
  ) => Promise<{ line: string; release(): void } | undefined>;
};

type Ended = CommandOutcome['ended'];

const timeoutGraceMs = 2000;
// A cancel has to take effect within a second.
const cancelGraceMs = 500;
const leftoverGraceMs = 500;
const drainMs = 250;

export function createLaneShell(options: LaneShellOptions): Shell {
  return {
    async run(command, signal) {
      const started = performance.now();
      const finish = (outcome: Omit<CommandOutcome, 'ms'>): CommandOutcome => ({
        ...outcome,
        ms: Math.round(performance.now() - started),
      });
      if (signal.aborted) {
        return finish({ exitCode: null, ended: 'cancelled', output: '', cutBytes: 0 });
      }
      const prepared = await prepare(options);
      if ('problem' in prepared) return finish(notStarted(prepared.problem));
      try {
        return finish(await runConfined(prepared, options, { command, signal }));
      } finally {
        await prepared.release();
      }
    },
  };
}

async function runConfined(
  prepared: Prepared,
  { confine }: LaneShellOptions,
  { command, signal }: { command: ShellCommand; signal: AbortSignal },
): Promise<Omit<CommandOutcome, 'ms'>> {
  const at = { shell: prepared.shell, hosts: command.hosts ?? [] };
  let confined: Awaited<ReturnType<NonNullable<typeof confine>>>;
  try {
    confined = await confine?.(command.line, at);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return notStarted(`The command was not started: its sandbox could not be made (${reason}).`);
  }
  try {
    const line = confined?.line ?? command.line;
    return await runPrepared(prepared, { ...command, line }, signal);
  } finally {
    confined?.release();
  }
}

type Prepared = {
  root: string;
  shell: string;
  environment: Record<string, string>;
  release(): Promise<void>;
};

function notStarted(problem: string): Omit<CommandOutcome, 'ms'> {
  return { exitCode: null, ended: 'not-started', output: problem, cutBytes: 0 };
}

async function prepare(options: LaneShellOptions): Promise<Prepared | { problem: string }> {
  const shell = await firstShell(options.shells ?? defaultShells());
  if (shell === undefined) {
    return {
      problem:
        'The command was not started: this machine has no shell at its usual place (/bin/bash or /bin/sh). Install one, and try again.',
    };
  }
  try {
    const root = await realpath(options.root);
    const { temporaryFolder } = options;
    const base = temporaryFolder ?? (await mkdtemp(join(tmpdir(), 'muster-command-')));
    const [home, temporary] = [join(base, 'home'), join(base, 'tmp')];
    for (const path of [home, temporary]) await mkdir(path, { recursive: true, mode: 0o700 });
    const host = options.environment ?? process.env;
    return {
      root,
      shell,
      environment: commandEnvironment(host, { root, home, temporary, shell }),
      release: async () => {
        // What a command left unremovable must not hide how it ended.
        if (temporaryFolder === undefined)
          await rm(base, { recursive: true, force: true }).catch(() => {});
      },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      problem: `The command was not started: its folder could not be prepared (${reason}).`,
    };
  }
}

function defaultShells(): readonly string[] {
  if (process.platform === 'win32')
    return [process.env.ComSpec ?? 'C:\\Windows\\System32\\cmd.exe'];
  return ['/bin/bash', '/bin/sh'];
}

async function firstShell(shells: readonly string[]): Promise<string | undefined> {
  for (const shell of shells) {
    const exists = await access(shell, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (exists) return shell;
  }
  return undefined;
}

async function runPrepared(
  prepared: Prepared,
  command: ShellCommand,
  signal: AbortSignal,
): Promise<Omit<CommandOutcome, 'ms'>> {
  const token = newCommandToken();
  const environment = withCommandToken(prepared.environment, token);
  const child = start({ ...prepared, environment }, command.line);
  const output = createBoundedOutput(command.maxBytes);
  const closed = collect(child, output, command.onOutput);
  const exiting = exitOf(child, command.timeoutMs, signal);
  await openGate(child, token, command.onStart);
  const exit = await exiting;
  if (exit.ended === 'not-started') {
    return notStarted(
      `The command was not started: ${exit.problem}. Check that the shell works, and try again.`,
    );
  }
  // What still writes gets a moment; what then remains of the group is ended with its command.
  await Promise.race([closed, delay(drainMs)]);
  if (child.pid !== undefined && isGroupAlive(child.pid))
    await endGroup(child.pid, leftoverGraceMs);
  await Promise.race([closed, delay(drainMs)]);
  // A process that left the group may hold the pipe for ever.
  child.stdout?.destroy();
  child.stderr?.destroy();
  return { exitCode: exit.exitCode, ended: exit.ended, ...output.finish() };
}

function start({ root, shell, environment }: Prepared, line: string): ChildProcess {
  const common = { cwd: root, env: environment, windowsHide: true };
  if (process.platform === 'win32') {
    return spawn(shell, ['/d', '/s', '/c', `"${line}"`], {
      ...common,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsVerbatimArguments: true,
    });
  }
  // One pipe for both streams keeps what they print in order.
  return spawn(shell, ['-c', `${gate} && exec "$0" -c "$1" 2>&1`, shell, line], {
    ...common,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
}

/** Waits for a line on descriptor 3 and closes it; at its end without one the command does not run. */
const gate = 'read -r go <&3 && exec 3<&-';

/** Lets the command run once it is known to whoever must be able to end it. */
async function openGate(
  child: ChildProcess,
  token: string,
  onStart: ShellCommand['onStart'],
): Promise<void> {
  const way = child.stdio[3];
  const writable = way && 'end' in way ? way : undefined;
  // A child that ended before its time has closed its end.
  writable?.on('error', () => {});
  try {
    const start = child.pid === undefined ? undefined : await processIdentity(child.pid);
    if (child.pid !== undefined && start !== undefined) {
      await onStart?.({ group: child.pid, start, token });
    }
    writable?.end('go\n');
  } catch (error) {
    writable?.end();
    throw error;
  }
}

/** Resolves when every writer has closed its end. */
function collect(
  child: ChildProcess,
  output: BoundedOutput,
  onOutput: ShellCommand['onOutput'],
): Promise<void> {
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new TextDecoder();
    stream?.on('data', (chunk: Uint8Array) => {
      output.add(chunk);
      onOutput?.(decoder.decode(chunk, { stream: true }));
    });
    // A pipe that breaks ends the output; how the command ended is told by its exit.
    stream?.on('error', () => {});
  }
  return new Promise((resolve) => {
    child.once('close', () => resolve());
  });
}

type Exit =
  | { ended: Exclude<Ended, 'not-started'>; exitCode: number | null }
  | { ended: 'not-started'; problem: string };

function exitOf(child: ChildProcess, timeoutMs: number, signal: AbortSignal): Promise<Exit> {
  return new Promise((resolve) => {
    let stopped: 'timeout' | 'cancelled' | undefined;
    const settle = (exit: Exit): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(exit);
    };
    const stop = async (reason: 'timeout' | 'cancelled', graceMs: number): Promise<void> => {
      stopped ??= reason;
      if (child.pid === undefined) return;
      await endGroup(child.pid, graceMs);
      // A process that the system itself holds back ends later; nobody waits for that.
      await delay(1000, undefined, { ref: false });
      settle({ ended: stopped, exitCode: null });
    };
    const timer = setTimeout(() => void stop('timeout', timeoutGraceMs), timeoutMs);
    const onAbort = (): void => void stop('cancelled', cancelGraceMs);
    child.once('exit', (code) =>
      settle({ ended: stopped ?? 'exit', exitCode: stopped ? null : code }),
    );
    child.once('error', (error) => settle({ ended: 'not-started', problem: error.message }));
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}
