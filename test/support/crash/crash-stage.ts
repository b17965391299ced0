/** Where one run of the crash suite happens: a folder with workspace, state and commands, the model server, and the command line as processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { type ModelServer, startModelServer } from '../model-server/start-model-server.ts';
import { type CrashCommands, makeCrashCommands } from './crash-command.ts';
import { crashHandler } from './crash-script.ts';
import { type CrashSize, crashTasks, runNumber, workspaceFiles } from './crash-tasks.ts';

export type CrashStageOptions = {
  size: CrashSize;
  /** Where the folder of the run is made. */
  base: string;
  /** The file of the command line. */
  program: string;
  /** A process that takes longer is ended. */
  limitMs: number;
  /** Leaves the folder, to look into it. */
  keep: boolean;
};

/** After the event of this number is durable, and so many operations later. */
export type Kill = { at: number; operations: number };

export type Ended = { stdout: string; stderr: string; code: number | null; killed: boolean };

export type CrashStage = {
  workspace: string;
  state: string;
  server: ModelServer;
  commands: CrashCommands;
  /** Runs the command line to its end, or to where it is killed. */
  muster(args: readonly string[], kill: Kill | undefined, signal: AbortSignal): Promise<Ended>;
  /** Ends what is left of its processes. */
  close(): Promise<void>;
};

export async function openCrashStage(options: CrashStageOptions): Promise<CrashStage> {
  const root = await realpath(await mkdtemp(path.join(options.base, 'run-')));
  const [workspace, state] = [path.join(root, 'workspace'), path.join(root, 'state')];
  const commands = await makeCrashCommands(root);
  await makeWorkspace(workspace);
  const server = await startModelServer(
    crashHandler({
      tasks: crashTasks(options.size, commands.lineFor),
      finalCommand: commands.lineFor(`final.0.${runNumber}`, 4, 'generated/final.txt'),
    }),
  );
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: root,
    NODE_COMPILE_CACHE: path.join(options.base, 'compile-cache'),
    ANTHROPIC_API_KEY: server.apiKey,
    ANTHROPIC_BASE_URL: server.url,
  };
  return {
    workspace,
    state,
    server,
    commands,
    muster(args, kill, signal) {
      const hook = new URL('./kill-after.ts', import.meta.url).href;
      const places = ['--workspace', workspace, '--state', state];
      const line = ['--no-warnings', '--import', hook, options.program, ...args, ...places];
      const env = {
        ...environment,
        ...(kill ? { CRASH_KILL: `${kill.at}+${kill.operations}` } : {}),
      };
      return runToItsEnd({ root, line, env, limitMs: options.limitMs }, signal);
    },
    async close() {
      for (const { pid } of await commands.alive()) endProcess(pid);
      await server.close();
      if (options.keep) return;
      await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}

type Command = { root: string; line: readonly string[]; env: NodeJS.ProcessEnv; limitMs: number };

/**
 * By itself, by the kill, by the limit or by the signal. It prints into files: what it wrote before
 * a kill is in them when it is gone, whoever else holds them open.
 */
async function runToItsEnd(
  { root, line, env, limitMs }: Command,
  signal: AbortSignal,
): Promise<Ended> {
  const names = [path.join(root, 'stdout'), path.join(root, 'stderr')] as const;
  const files = await Promise.all(names.map((name) => open(name, 'w')));
  const child = spawn(process.execPath, line, {
    cwd: root,
    env,
    stdio: ['ignore', ...files.map(({ fd }) => fd)],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  const end = () => child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  try {
    const [code, killer] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    const [stdout, stderr] = await Promise.all([
      readFile(names[0], 'utf8'),
      readFile(names[1], 'utf8'),
    ]);
    const bySuite = child.killed ? `Ended by the suite, after ${limitMs} ms at most.\n` : '';
    const killed = killer === 'SIGKILL' && !child.killed;
    return { stdout, stderr: stderr + bySuite, code, killed };
  } finally {
    signal.removeEventListener('abort', end);
    await Promise.all(files.map((file) => file.close()));
  }
}

async function makeWorkspace(folder: string): Promise<void> {
  for (const [name, text] of Object.entries(workspaceFiles)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
