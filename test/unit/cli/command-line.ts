/** The command `muster` as a process of its own, on a temporary workspace, with the loopback model server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Script } from '../../../src/node/models/script.ts';
import { commitAll } from '../../support/commit-all.ts';
import {
  type ModelServer,
  startModelServer,
} from '../../support/model-server/start-model-server.ts';
import type { ScriptInput } from '../../support/runs/scripted-run.ts';

const program = path.join(import.meta.dirname, '../../../src/cli/cli.ts');
/** Kept over the tests of a process: most of a short command's time is compiling. */
const compileCache = path.join(os.tmpdir(), `muster-cli-cache-${process.pid}`);

export type Line = Record<string, unknown> & { type: string; runId: string; seq: number };

export type Ended = {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The lines of stdout, of a command with `--json`. */
  lines(): Line[];
};

export type Running = {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** What stdout or stderr has printed that matches, as soon as it does. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
};

export type CommandLine = {
  root: string;
  workspace: string;
  state: string;
  server: ModelServer;
  /** Begins a command with workspace, state folder, address and key given. */
  begin(args: readonly string[], environment?: Record<string, string>): Running;
  muster(args: readonly string[], environment?: Record<string, string>): Promise<Ended>;
  /** Writes a file beside the workspace and gives its path. */
  file(name: string, content: string): Promise<string>;
  close(): Promise<void>;
};

/** @param script may name files beside the workspace */
export async function openCommandLine(
  script: ScriptInput | ((root: string) => ScriptInput),
  files: Record<string, string> = { 'a.txt': 'one\n' },
): Promise<CommandLine> {
  const root = await realpath(await mkdtemp(path.join(os.tmpdir(), 'muster-cli-')));
  const [workspace, state] = [path.join(root, 'workspace'), path.join(root, 'state')];
  await mkdir(workspace);
  for (const [name, text] of Object.entries(files)) {
    await writeFile(path.join(workspace, name), text);
  }
  commitAll(workspace);
  const server = await startModelServer(
    Script.parse(typeof script === 'function' ? script(root) : script),
    { pace: 0 },
  );
  const children: ChildProcess[] = [];
  const begin: CommandLine['begin'] = (args, environment = {}) => {
    const places = ['--workspace', workspace, '--state', state, '--base-url', server.url];
    const given = args.length === 0 ? [] : places.filter((_, at, all) => !isGiven(args, all, at));
    const running = start([...args, ...given], {
      cwd: root,
      env: { HOME: root, TMPDIR: root, ANTHROPIC_API_KEY: server.apiKey, ...environment },
    });
    children.push(running.child);
    return running;
  };
  return {
    root,
    workspace,
    state,
    server,
    begin,
    muster: (args, environment) => begin(args, environment).ended,
    async file(name, content) {
      await writeFile(path.join(root, name), content);
      return path.join(root, name);
    },
    async close() {
      for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
      await server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** Runs the program with exactly these arguments and this environment, beside the search path. */
export function start(
  args: readonly string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Running {
  const child = spawn(process.execPath, ['--no-warnings', program, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const watcher of watchers) watcher();
    });
  }
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, ...output, lines: () => linesOf(output.stdout) });
    });
  });
  return {
    child,
    ended,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output.stdout) ?? pattern.exec(output.stderr);
          if (!found) return;
          watchers.delete(look);
          resolve(found);
        };
        watchers.add(look);
        look();
        void ended.then(() =>
          reject(new Error(`It ended without printing ${pattern}: ${JSON.stringify(output)}`)),
        );
      }),
  };
}

export async function removeCompileCache(): Promise<void> {
  await rm(compileCache, { recursive: true, force: true });
}

/** Whether the argument at a place, or the flag that it belongs to, stands in the command already. */
function isGiven(args: readonly string[], places: readonly string[], at: number): boolean {
  const flag = places[at - (at % 2)] ?? '';
  return args.includes(flag);
}

function linesOf(stdout: string): Line[] {
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
}
