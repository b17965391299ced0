/** Tries whether the sandbox holds here: a command that does what it may, and what it must not. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { endGroup } from '../process-group.ts';
import type { Sandbox, SandboxState } from './sandbox.ts';

const timeLimitMs = 15_000;

const advice: Partial<Record<NodeJS.Platform, string>> = {
  linux:
    'Install bubblewrap, socat and ripgrep (Debian, Ubuntu: apt install bubblewrap socat ripgrep), and see that unprivileged user namespaces are allowed. Until then every command asks.',
  darwin:
    'The sandbox of macOS needs ripgrep (brew install ripgrep). Until then every command asks.',
};

const elsewhere =
  'On this system there is no sandbox for commands, so every command asks. Muster in WSL or in a container has one.';

/** @param start loads the library and starts its proxies */
export async function probeSandbox(
  sandbox: Sandbox,
  start: () => Promise<unknown>,
): Promise<SandboxState> {
  const none = (reason: string): SandboxState => ({
    works: false,
    reason,
    advice: advice[process.platform] ?? elsewhere,
  });
  if (process.platform !== 'linux' && process.platform !== 'darwin') {
    return none(`there is none for ${process.platform}`);
  }
  try {
    await start();
    const problem = await tryOut(sandbox);
    return problem === undefined ? { works: true } : none(problem);
  } catch (error) {
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    return none(first.slice(0, 300));
  }
}

/** Undefined when everything was as it must be. */
async function tryOut(sandbox: Sandbox): Promise<string | undefined> {
  const base = await mkdtemp(join(tmpdir(), 'muster-probe-'));
  const [lane, scratch, hidden] = ['lane', 'scratch', 'hidden'].map((name) => join(base, name));
  if (!lane || !scratch || !hidden) throw new Error('unreachable');
  const server = createServer((socket) => socket.end('reached'));
  try {
    for (const folder of [lane, join(scratch, 'tmp'), hidden])
      await mkdir(folder, { recursive: true });
    await writeFile(join(hidden, 'secret'), 'secret');
    const socket = join(base, 's');
    const unix = createServer((connection) => connection.end('reached')).listen(socket);
    const port = await listening(server);
    const places = { lane, scratch, shell: '/bin/bash', hidden: [hidden], readable: [] };
    const wrapped = await sandbox.wrap(trial({ base, hidden, port, socket }), places, []);
    const code = await run(wrapped.line, lane);
    wrapped.release();
    unix.close();
    const report = await readFile(join(lane, 'report'), 'utf8').catch(() => '');
    if (code !== 0 || !report.startsWith('began')) return 'a command in it could not run';
    const leaks = report.split('\n').filter((line) => line.startsWith('leak: '));
    const outside = await readFile(join(base, 'outside'), 'utf8').catch(() => undefined);
    if (outside !== undefined) leaks.push('leak: wrote outside');
    if (!report.includes('ended')) return 'a command in it ended too early';
    return leaks.length > 0 ? `it does not hold (${leaks.join('; ')})` : undefined;
  } finally {
    server.close();
    await rm(base, { recursive: true, force: true });
  }
}

/** Everything that goes through writes a line that begins with `leak`. */
function trial(at: { base: string; hidden: string; port: number; socket: string }): string {
  return [
    'echo began > report',
    // It may land in a place of the sandbox's own; whether it came through is seen from outside.
    `(echo x > '${at.base}/outside') 2>/dev/null`,
    `grep -q secret '${at.hidden}/secret' 2>/dev/null && echo 'leak: read what is hidden' >> report`,
    `(exec 3<>/dev/tcp/127.0.0.1/${at.port}) 2>/dev/null && echo 'leak: reached a port of the machine' >> report`,
    process.platform === 'linux'
      ? `socat -T2 - 'UNIX-CONNECT:${at.socket}' </dev/null 2>/dev/null | grep -q reached && echo 'leak: reached a socket of the machine' >> report`
      : ':',
    'echo x > "$TMPDIR/x" || echo "leak: no temporary folder" >> report',
    'echo ended >> report',
  ].join('\n');
}

function listening(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function run(line: string, cwd: string): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const { PATH = '/usr/bin:/bin' } = process.env;
    const options = { cwd, env: { PATH }, stdio: 'ignore', detached: true } as const;
    const child = spawn('/bin/bash', ['-c', line], options);
    const timer = setTimeout(() => child.pid && void endGroup(child.pid, 0), timeLimitMs);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      resolve(code);
    });
  });
}
