/** Where one run of the crash suite happens: a folder with workspace, state and commands, the model server, and the command line as processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
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

/** After the event of this number is durable, and `delayMs` later. */
export type Kill = { at: number; delayMs: number };

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
      const child = spawn(process.execPath, line, {
        cwd: root,
        env: { ...environment, ...(kill ? { CRASH_KILL: `${kill.at}+${kill.delayMs}` } : {}) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return ended(child, options.limitMs, signal);
    },
    async close() {
      for (const { pid } of await commands.alive()) endProcess(pid);
      await server.close();
      if (options.keep) return;
      await rm(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}

/** Resolves when the process is gone, by itself, by the kill, by the limit or by the signal. */
async function ended(child: ChildProcess, limitMs: number, signal: AbortSignal): Promise<Ended> {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
    });
  }
  const end = () => child.kill('SIGKILL');
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end();
  }, limitMs);
  const closed = once(child, 'close');
  const [code, killer] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  clearTimeout(timer);
  signal.removeEventListener('abort', end);
  // What was written before the kill is in the pipe; what lives on may hold that open.
  await Promise.race([closed, pause(1_000)]);
  if (late) output.stderr += `Ended by the suite after ${limitMs} ms.\n`;
  return { ...output, code, killed: killer === 'SIGKILL' && !late };
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
