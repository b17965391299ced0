// Runs a mocha suite inside the real extension host, in desktop VS Code or in the workbench here.

import { join } from 'node:path';
import { Writable } from 'node:stream';
import { format } from 'node:util';
import { runTests, TestRunFailedError } from '@vscode/test-electron';
import type { Page } from 'playwright-core';
import { editorFolder, hasEditor } from '../../../scripts/setup/ensure-editor.mjs';
import { node24Path } from '../../../scripts/setup/node-24.mjs';
import { launchBrowser } from './browser.ts';
import {
  type Environment,
  editorEnvironment,
  environmentWithoutKeys,
} from './editor-environment.ts';
import { type EditorProfile, openProfile, type Settings } from './editor-profile.ts';
import { freePort } from './free-port.ts';
import type { ProcessGroup } from './process-group.ts';
import { startServer } from './server-process.ts';
import { type SuiteReport, suiteReport } from './suite-report.ts';

export interface HostTestOptions {
  /** The folder of the extension's package.json; absolute, as all paths here. */
  readonly extensionDevelopmentPath: string;
  /** A module, TypeScript too, whose `run()` calls `runHostSuite`. */
  readonly extensionTestsPath: string;
  readonly workspace: string;
  readonly settings?: Settings;
  readonly env?: Environment;
  /** From the start to the exit code. */
  readonly timeoutMs?: number;
  /** Receives one line for each test, and all that was printed when the suite did not end. */
  readonly log?: (line: string) => void;
  readonly signal?: AbortSignal;
}

export interface HostTestResult {
  /** 0 when all tests passed. */
  readonly exitCode: number;
  readonly passed: number;
  readonly failed: number;
}

/** `MUSTER_VSCODE` names the executable of a desktop VS Code; without it the workbench serves. */
export async function runHostTests(options: HostTestOptions): Promise<HostTestResult> {
  const desktop = process.env.MUSTER_VSCODE;
  const report = suiteReport(options.log ?? console.log);
  const profile = openProfile();
  try {
    profile.writeSettings(options.settings ?? {});
    const code =
      desktop === undefined || desktop === ''
        ? await runInWorkbench({ profile, options, report })
        : await runInDesktop(desktop, { profile, options, report });
    const { ended, passed, failed } = report.end();
    // An extension host that dies halfway reports 0 too.
    const exitCode = code === 0 && (!ended || failed > 0) ? 1 : code;
    return { exitCode, passed, failed };
  } catch (error) {
    report.end();
    throw error;
  } finally {
    await profile.remove();
  }
}

interface HostRun {
  readonly profile: EditorProfile;
  readonly options: HostTestOptions;
  readonly report: SuiteReport;
}

async function runInDesktop(
  vscodeExecutablePath: string,
  { profile, options, report }: HostRun,
): Promise<number> {
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      report.take(String(chunk));
      done();
    },
  });
  try {
    return await runTests({
      vscodeExecutablePath,
      extensionDevelopmentPath: options.extensionDevelopmentPath,
      extensionTestsPath: options.extensionTestsPath,
      extensionTestsEnv: { ...environmentWithoutKeys(options.env) },
      stdout,
      launchArgs: [
        options.workspace,
        ...['--user-data-dir', profile.userDataDir, '--extensions-dir', profile.extensionsDir],
        ...['--disable-workspace-trust', '--disable-telemetry', '--disable-updates'],
      ],
    });
  } catch (error) {
    if (error instanceof TestRunFailedError && error.code !== undefined) return error.code;
    throw error;
  }
}

async function runInWorkbench({ profile, options, report }: HostRun): Promise<number> {
  if (!hasEditor()) throw new Error('The editor is not installed yet: run `npm test` once.');
  const port = await freePort();
  const server = await startTestServer(profile, port, options);
  try {
    const browser = await launchBrowser();
    try {
      const page = await browser.browser.newPage();
      return await suiteExitCode({ page, server, port, options, report });
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
  }
}

/** Not the whole of code-server: this switch of VS Code's own server makes the page report. */
function startTestServer(
  profile: EditorProfile,
  port: number,
  { env, signal }: HostTestOptions,
): Promise<ProcessGroup> {
  return startServer({
    command: node24Path(),
    args: [
      join('out', 'server-main.js'),
      ...['--accept-server-license-terms', '--without-connection-token'],
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...['--enable-smoke-test-driver', '--disable-telemetry', '--disable-workspace-trust'],
      ...['--user-data-dir', profile.userDataDir, '--server-data-dir', profile.userDataDir],
      ...['--extensions-dir', profile.extensionsDir],
    ],
    cwd: join(editorFolder, 'lib', 'vscode'),
    env: editorEnvironment(profile, env),
    port,
    signal,
  });
}

interface Suite {
  readonly page: Page;
  readonly server: ProcessGroup;
  readonly port: number;
  readonly options: HostTestOptions;
  readonly report: SuiteReport;
}

async function suiteExitCode({ page, server, port, options, report }: Suite): Promise<number> {
  const exit = Promise.withResolvers<number>();
  await page.exposeFunction('codeAutomationLog', (_level: string, parts: unknown[]) => {
    report.take(format(...parts));
  });
  await page.exposeFunction('codeAutomationExit', (code: number) => exit.resolve(code));
  page.once('crash', () => exit.reject(new Error('The page of the test workbench crashed.')));
  void server.ended.then(() =>
    exit.reject(new Error(`The test workbench ended:\n${server.log()}`)),
  );
  const remote = (path: string): string => `vscode-remote://localhost:${port}${path}`;
  const payload = JSON.stringify([
    ['extensionDevelopmentPath', remote(options.extensionDevelopmentPath)],
    ['extensionTestsPath', remote(options.extensionTestsPath)],
  ]);
  const query = new URLSearchParams({ folder: options.workspace, payload });
  const opened = page.goto(`http://localhost:${port}/?${query}`, { waitUntil: 'commit' });
  return untilAborted(
    Promise.race([exit.promise, opened.then(() => exit.promise)]),
    limit(options),
  );
}

function limit({ timeoutMs = 300_000, signal }: HostTestOptions): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
}

function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = (): void =>
      reject(new Error('The suite in the extension host did not end.', { cause: signal.reason }));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  return Promise.race([promise, aborted]);
}
