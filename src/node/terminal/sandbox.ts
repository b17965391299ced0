/** The operating system's sandbox for commands: one for this process, tried before it is relied on. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { SandboxRuntimeConfig } from '@anthropic-ai/sandbox-runtime';
import { isLoopback } from '../../engine/terminal/outgoing.ts';
import { isHost } from './host-names.ts';
import { probeSandbox } from './sandbox-probe.ts';

/** Where a command may write, and what of the denied places it may read. */
export type SandboxPlaces = {
  lane: string;
  /** Home and temporary files of the lane's commands. */
  scratch: string;
  shell: string;
  /** Folders that must not be read, such as the workspace and Muster's own state. */
  hidden: readonly string[];
  /** Parts of the hidden folders that may be read, such as installed packages. */
  readable: readonly string[];
};

export type SandboxState = { works: true } | { works: false; reason: string; advice: string };

export type Sandbox = {
  /** Tries it once; the answer stands until `close`. */
  state(): Promise<SandboxState>;
  /**
   * The command line that runs `line` in the sandbox, and what to call when it has ended.
   * @param hosts may be reached by it alone, while it runs
   */
  wrap(line: string, places: SandboxPlaces, hosts: readonly string[]): Promise<Wrapped>;
  /** Hosts that every command may reach; `loopback` lets it serve and reach its own addresses. */
  setNetwork(network: Network): void;
  close(): Promise<void>;
};

export type Wrapped = { line: string; release(): void };
export type Network = { hosts: readonly string[]; loopback: boolean };

type Runtime = typeof import('@anthropic-ai/sandbox-runtime');

/** The library keeps one configuration for the process, and so does this. */
export function createSandbox(): Sandbox {
  let network: Network = { hosts: [], loopback: false };
  let starting: Promise<Runtime> | undefined;
  let probing: Promise<SandboxState> | undefined;

  const config = (): SandboxRuntimeConfig => ({
    // Without anybody to ask the library denies what no list names; its strict mode would leave out those of single commands.
    network: {
      allowedDomains: [...network.hosts],
      deniedDomains: [],
      allowLocalBinding: network.loopback,
    },
    filesystem: { denyRead: [], allowRead: [], allowWrite: [], denyWrite: [] },
    mandatoryDenySearchDepth: 1,
    ...seccompFile(),
  });
  const start = (): Promise<Runtime> => {
    starting ??= (async () => {
      const runtime = await import('@anthropic-ai/sandbox-runtime');
      await runtime.SandboxManager.initialize(config());
      return runtime;
    })();
    starting.catch(() => {
      starting = undefined;
    });
    return starting;
  };
  const update = async (): Promise<void> => {
    if (starting) (await starting).SandboxManager.updateConfig(config());
  };
  const sandbox: Sandbox = {
    state() {
      probing ??= probeSandbox(sandbox, start);
      return probing;
    },
    async wrap(line, places, hosts) {
      const { SandboxManager } = await start();
      const filesystem = await filesystemFor(places);
      // The proxy tells commands apart by it, so that no other may guess it.
      const commandId = randomBytes(16).toString('base64url');
      const release = (): void => {
        SandboxManager.unregisterCommandNetworkLists(commandId);
        SandboxManager.cleanupAfterCommand();
      };
      try {
        const own = withOwnTemporary(line, places);
        const options = { commandId };
        const wrapped = await SandboxManager.wrapWithSandbox(
          own,
          places.shell,
          { filesystem },
          undefined,
          options,
        );
        if (hosts.length > 0) {
          SandboxManager.registerCommandNetworkLists(commandId, { allowedDomains: opened(hosts) });
        }
        return { line: wrapped, release };
      } catch (error) {
        release();
        throw error;
      }
    },
    setNetwork(next) {
      if (isDeepStrictEqual(next, network)) return;
      network = next;
      void update().catch(() => {});
    },
    async close() {
      const started = starting;
      starting = undefined;
      probing = undefined;
      if (started) await (await started.catch(() => undefined))?.SandboxManager.reset();
    },
  };
  return sandbox;
}

/** @throws Error for a name that would open more than one host, or that the proxy cannot hold a command to */
function opened(hosts: readonly string[]): string[] {
  const unfit = hosts.find((host) => !isHost(host) && !/^\[[\da-f:]+\]$/iu.test(host));
  if (unfit === undefined) return hosts.filter((host) => !isLoopback(host));
  throw new Error(`${JSON.stringify(unfit)} is no full host name, and cannot be opened`);
}

/** The library sets a temporary folder that all its users share. */
function withOwnTemporary(line: string, { scratch }: SandboxPlaces): string {
  const temporary = quote(join(scratch, 'tmp'));
  return `export TMPDIR=${temporary} TMP=${temporary} TEMP=${temporary}; unset JAVA_TOOL_OPTIONS\n${line}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

async function filesystemFor(places: SandboxPlaces): Promise<SandboxRuntimeConfig['filesystem']> {
  const real = (path: string): Promise<string> => realpath(path).catch(() => path);
  const home = await real(homedir());
  const hidden = await Promise.all([home, ...places.hidden].map(real));
  const readable = await Promise.all(places.readable.map(real));
  const denyRead = [...new Set(hidden)].filter((path) => path !== '/' && existsSync(path));
  const writable = await Promise.all([places.lane, places.scratch].map(real));
  return {
    denyRead: named(denyRead),
    allowRead: named([...toolFolders(home), ...readable].filter((path) => existsSync(path))),
    allowWrite: named(writable),
    // The library lets everybody write there.
    denyWrite: named(['/tmp/claude', '/private/tmp/claude'].filter((path) => existsSync(path))),
  };
}

/** Paths as they are: a folder called `[x]` is no pattern. */
function named(paths: readonly string[]): Array<{ path: string; literal: true }> {
  return paths.map((path) => ({ path, literal: true }));
}

const toolVariables = [
  'NVM_DIR',
  'VOLTA_HOME',
  'PYENV_ROOT',
  'RBENV_ROOT',
  'RUSTUP_HOME',
  'ASDF_DIR',
];
const versionManagers = [
  '.nvm',
  '.volta',
  '.pyenv',
  '.rbenv',
  '.rustup',
  '.asdf',
  '.sdkman',
  '.bun',
];

/** Tools that the person installed in their home, without what else stands there. */
function toolFolders(home: string): string[] {
  const below = (path: string): boolean => path.startsWith(home + sep);
  const named = toolVariables.flatMap((name) => process.env[name] ?? []);
  const known = versionManagers.map((name) => join(home, name));
  // A program finds its own parts beside the folder that it is in.
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter(isAbsolute)
    .flatMap((bin) => [bin, ...['lib', 'libexec'].map((part) => join(dirname(bin), part))]);
  return [...new Set([...named, ...known, ...onPath])].filter(below);
}

/** The packaged extension has the filter beside its bundle; elsewhere the library finds its own. */
function seccompFile(): Pick<SandboxRuntimeConfig, 'seccomp'> {
  const file = fileURLToPath(new URL(`./apply-seccomp-${process.arch}`, import.meta.url));
  return existsSync(file) ? { seccomp: { applyPath: file } } : {};
}
