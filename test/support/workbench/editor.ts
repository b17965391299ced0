// Starts the real VS Code workbench as a local server, with the packaged extension installed.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { editorFolder, hasEditor } from '../../../scripts/setup/ensure-editor.mjs';
import { node24Path } from '../../../scripts/setup/node-24.mjs';
import { type Environment, editorEnvironment } from './editor-environment.ts';
import { type EditorProfile, openProfile, type Settings } from './editor-profile.ts';
import { freePort } from './free-port.ts';
import { type ProcessGroup, startGroup } from './process-group.ts';
import { startServer } from './server-process.ts';

export interface EditorOptions {
  /** Path of the packaged extension. */
  readonly vsix?: string;
  /** The folder that `url()` opens when it is given none; absolute. */
  readonly workspace?: string;
  /** Added to settings that keep the workbench quiet; see `editor-profile.ts`. */
  readonly settings?: Settings;
  /** Added to the environment, which has a private home and no keys. */
  readonly env?: Environment;
  /** Holds user data, extensions and home; the caller's to remove. Without it all is temporary. */
  readonly profileDir?: string;
  /** A browser keeps a workbench's memory by origin, so a restart wants the same port. */
  readonly port?: number;
  readonly signal?: AbortSignal;
}

export interface Editor {
  readonly port: number;
  readonly userDataDir: string;
  readonly extensionsDir: string;
  readonly home: string;
  url(folder?: string): string;
  /** The end of what the server has printed. */
  log(): string;
  writeSettings(settings: Settings): void;
  /** Ends the server and starts it again on the same folders and port. */
  restart(): Promise<void>;
  /** Ends the server's processes and removes the temporary folders. */
  stop(): Promise<void>;
}

const installTimeoutMs = 60_000;

export async function startEditor(options: EditorOptions): Promise<Editor> {
  if (!hasEditor()) throw new Error('The editor is not installed yet: run `npm test` once.');
  const profile = openProfile(options.profileDir);
  try {
    profile.writeSettings(options.settings ?? {});
    if (options.vsix !== undefined) await installExtension(options.vsix, profile, options);
    const port = options.port ?? (await freePort());
    const server = await startCodeServer(profile, port, options);
    return editorOf({ server, profile, port, options });
  } catch (error) {
    await profile.remove();
    throw error;
  }
}

interface Parts {
  readonly server: ProcessGroup;
  readonly profile: EditorProfile;
  readonly port: number;
  readonly options: EditorOptions;
}

function editorOf({ server: first, profile, port, options }: Parts): Editor {
  let server = first;
  return {
    port,
    userDataDir: profile.userDataDir,
    extensionsDir: profile.extensionsDir,
    home: profile.home,
    url(folder = options.workspace) {
      const query = folder === undefined ? '' : `?folder=${encodeURIComponent(folder)}`;
      // A webview's service worker needs a secure origin: `localhost` is one, a bare address not.
      return `http://localhost:${port}/${query}`;
    },
    log: () => server.log(),
    writeSettings: profile.writeSettings,
    async restart() {
      await server.stop();
      server = await startCodeServer(profile, port, options);
    },
    async stop() {
      await server.stop();
      await profile.remove();
    },
  };
}

async function installExtension(
  vsix: string,
  profile: EditorProfile,
  { env, signal }: EditorOptions,
): Promise<void> {
  signal?.throwIfAborted();
  if (!existsSync(vsix)) throw new Error(`There is no packaged extension at ${vsix}.`);
  const installer = await startGroup({
    command: node24Path(),
    args: [...entry(profile), '--install-extension', vsix, '--force'],
    cwd: editorFolder,
    env: editorEnvironment(profile, env),
  });
  const time = AbortSignal.timeout(installTimeoutMs);
  const stop = (): void => void installer.stop();
  const limit = signal === undefined ? time : AbortSignal.any([time, signal]);
  limit.addEventListener('abort', stop, { once: true });
  const code = await installer.ended;
  limit.removeEventListener('abort', stop);
  await installer.stop();
  signal?.throwIfAborted();
  if (code !== 0)
    throw new Error(`${vsix} was not installed (${code}):\n${installer.log().trim()}`);
}

function startCodeServer(
  profile: EditorProfile,
  port: number,
  { env, signal }: EditorOptions,
): Promise<ProcessGroup> {
  return startServer({
    command: node24Path(),
    args: [
      ...entry(profile),
      ...['--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
      ...['--disable-telemetry', '--disable-update-check'],
    ],
    cwd: editorFolder,
    env: editorEnvironment(profile, env),
    port,
    signal,
  });
}

function entry({ userDataDir, extensionsDir }: EditorProfile): string[] {
  const script = join('out', 'node', 'entry.js');
  return [script, '--user-data-dir', userDataDir, '--extensions-dir', extensionsDir];
}
