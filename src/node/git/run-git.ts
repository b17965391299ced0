/** Runs one git command with bytes in and bytes out, and ends it when it is aborted. */
import { spawn } from 'node:child_process';
import { MusterError } from '../../shared/muster-error.ts';
import type { Environment } from './git-environment.ts';
import { gitMissing } from './git-version.ts';

export type GitCall = {
  args: readonly string[];
  cwd: string;
  environment: Environment;
  input?: Uint8Array | undefined;
  /** Exit codes that are answers, 0 unless said otherwise. */
  okCodes?: readonly number[] | undefined;
  signal?: AbortSignal | undefined;
};

export type GitOutput = { code: number; stdout: Buffer; stderr: string };

const keptErrorBytes = 64 * 1024;

/**
 * @throws MusterError `git-missing` when there is no git, `staging` when it fails;
 *   an abort ends the process and then rejects with the signal's reason
 */
export function runGit(call: GitCall): Promise<GitOutput> {
  const { signal } = call;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const child = spawn('git', [...call.args], {
      cwd: call.cwd,
      env: call.environment,
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let errorBytes = 0;
    const abort = () => child.kill();
    signal?.addEventListener('abort', abort, { once: true });
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      if (errorBytes < keptErrorBytes) stderr.push(chunk);
      errorBytes += chunk.length;
    });
    // git may answer before it has read everything; its exit code tells whether that was an error.
    child.stdin.on('error', () => {});
    child.stdin.end(call.input ?? Buffer.alloc(0));
    child.on('error', (cause) => {
      signal?.removeEventListener('abort', abort);
      reject(isMissing(cause) ? gitMissing(cause) : gitFailed(call, cause.message));
    });
    child.on('close', (code) => {
      signal?.removeEventListener('abort', abort);
      if (signal?.aborted) return reject(signal.reason);
      const message = Buffer.concat(stderr).toString('utf8');
      if (code === null || !(call.okCodes ?? [0]).includes(code)) {
        return reject(gitFailed(call, message));
      }
      resolve({ code, stdout: Buffer.concat(stdout), stderr: message });
    });
  });
}

export function gitFailed(call: { args: readonly string[] }, message: string): MusterError {
  const command = call.args.find((each) => !each.startsWith('-') && !each.includes('=')) ?? '';
  const firstLine = message.trim().split('\n', 1)[0] ?? '';
  return new MusterError(
    'staging',
    `git ${command} failed while Muster staged the workspace: ${firstLine || 'no message'}. Your files were not touched. Start the run again; if it fails again, show the log.`,
    { cause: new Error(message.trim()) },
  );
}

function isMissing(error: Error): boolean {
  return 'code' in error && error.code === 'ENOENT' && 'path' in error && error.path === 'git';
}
