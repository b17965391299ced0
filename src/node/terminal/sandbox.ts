/** The operating system's sandbox for commands: one for this process, tried before it is relied on. */
import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { SandboxRuntimeConfig } from '@anthropic-ai/sandbox-runtime';
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
   * @param hosts may be reached while it runs, by it and by what else runs then
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
  const extra = new Map<symbol, readonly string[]>();
  let starting: Promise<Runtime> | undefined;
  let probing: Promise<SandboxState> | undefined;
  let count = 0;

  const config = (): SandboxRuntimeConfig => ({
    network: {
      allowedDomains: [...new Set([...network.hosts, ...[...extra.values()].flat()])],
      deniedDomains: [],
      strictAllowlist: true,
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
      const token = Symbol();
      if (hosts.length > 0) {
        extra.set(token, hosts);
        await update();
      }
      count += 1;
      const release = (): void => {
        SandboxManager.cleanupAfterCommand();
        if (extra.delete(token)) void update();
      };
      try {
        const filesystem = await filesystemFor(places);
        const commandId = `muster-${count}`;
        const own = withOwnTemporary(line, places);
        const wrapped = await SandboxManager.wrapWithSandbox(
          own,
          places.shell,
          { filesystem },
          undefined,
          { commandId },
        );
        return { line: wrapped, release };
      } catch (error) {
        release();
        throw error;
      }
    },
    setNetwork(next) {
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
  return {
    denyRead,
    allowRead: [...toolFolders(home), ...readable].filter((path) => existsSync(path)),
    allowWrite: await Promise.all([places.lane, places.scratch].map(real)),
    // The library lets everybody write there.
    denyWrite: ['/tmp/claude', '/private/tmp/claude'].filter((path) => existsSync(path)),
  };
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
