/** Where Muster keeps what it knows of a workspace, and which folders cannot be one. */
import { createHash } from 'node:crypto';
import { mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { MusterError } from '../shared/muster-error.ts';

export type StateFolder = {
  /** The real path of the workspace. */
  workspace: string;
  /** Holds the state of all workspaces. */
  root: string;
  /** This workspace's own folder in it. */
  folder: string;
};

export type Machine = {
  platform: NodeJS.Platform;
  home: string;
  environment: Readonly<Record<string, string | undefined>>;
};

const thisMachine: Machine = {
  platform: process.platform,
  home: os.homedir(),
  environment: process.env,
};

/** Stands in every state root, so that one is recognised wherever it was put. */
const marker = '.muster-state';

/**
 * Checks the folder of a workspace and names its state folder; makes nothing.
 * @param state puts the state below this folder instead of the per-user one
 * @throws MusterError `no-folder`, `unsuitable-workspace`; `bad-input` when `state` is in the workspace
 */
export async function findStateFolder(
  { workspace: folder, state }: { workspace: string; state?: string },
  machine: Machine = thisMachine,
): Promise<StateFolder> {
  const workspace = await realFolder(folder);
  const root = await realPathSoFar(path.resolve(state ?? userStateRoot(machine)));
  await requireSuitable(workspace, machine);
  if (await isInState(workspace, root)) {
    throw unsuitable(workspace, "it lies inside Muster's own state folder");
  }
  if (isWithin(root, workspace)) {
    if (state !== undefined) throw stateInWorkspace(root, workspace);
    throw unsuitable(workspace, "it holds Muster's own state folder");
  }
  const name = createHash('sha256').update(workspace).digest('hex').slice(0, 16);
  return { workspace, root, folder: path.join(root, name) };
}

/** Makes the folder, for its owner alone. */
export async function makeStateFolder(state: StateFolder): Promise<void> {
  try {
    await mkdir(state.folder, { recursive: true, mode: 0o700 });
    await writeFile(path.join(state.root, marker), 'State of Muster runs.\n', { mode: 0o600 });
    await writeFile(path.join(state.folder, 'workspace'), `${state.workspace}\n`, { mode: 0o600 });
  } catch (cause) {
    throw new MusterError(
      'storage',
      `Muster could not make its state folder ${state.folder}. Nothing was started. Make the folder above it writable, or name another with --state, and try again.`,
      { cause },
    );
  }
}

/** The per-user state directory of the platform. */
export function userStateRoot({ platform, home, environment }: Machine): string {
  if (platform === 'win32') {
    const local = environment.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local');
    return path.join(local, 'Muster');
  }
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'Muster');
  const given = environment.XDG_STATE_HOME;
  // The XDG specification has relative paths ignored.
  const base =
    given !== undefined && path.isAbsolute(given) ? given : path.join(home, '.local/state');
  return path.join(base, 'muster');
}

async function realFolder(workspace: string): Promise<string> {
  const real = await realpath(workspace).catch(() => undefined);
  const found = real === undefined ? undefined : await stat(real).catch(() => undefined);
  if (real !== undefined && found?.isDirectory()) return real;
  throw new MusterError(
    'no-folder',
    `${workspace} is not a folder that can be opened. Nothing was started. Open the folder that holds your project and try again.`,
  );
}

async function requireSuitable(workspace: string, machine: Machine): Promise<void> {
  if (path.dirname(workspace) === workspace) {
    throw unsuitable(workspace, 'it is the root of a file system');
  }
  const home = await realpath(machine.home).catch(() => machine.home);
  if (isWithin(home, workspace)) throw unsuitable(workspace, 'it is or holds a home folder');
  if (workspace.split(path.sep).includes('.git')) {
    throw unsuitable(workspace, "it lies inside git's own data");
  }
}

/** In this state root, or in any other that a run has used. */
async function isInState(workspace: string, root: string): Promise<boolean> {
  if (isWithin(workspace, root)) return true;
  for (let folder = workspace; ; folder = path.dirname(folder)) {
    if (await exists(path.join(folder, marker))) return true;
    if (path.dirname(folder) === folder) return false;
  }
}

function isWithin(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  const leadsOut = relative === '..' || relative.startsWith(`..${path.sep}`);
  return !leadsOut && !path.isAbsolute(relative);
}

/** The real path of what exists of it, and the rest as given. */
async function realPathSoFar(target: string): Promise<string> {
  const real = await realpath(target).catch(() => undefined);
  if (real !== undefined) return real;
  const parent = path.dirname(target);
  if (parent === target) return target;
  return path.join(await realPathSoFar(parent), path.basename(target));
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function unsuitable(workspace: string, reason: string): MusterError {
  return new MusterError(
    'unsuitable-workspace',
    `Muster cannot work in ${workspace}: ${reason}. Nothing was started. Open the folder of one project and try again.`,
  );
}

function stateInWorkspace(root: string, workspace: string): MusterError {
  return new MusterError(
    'bad-input',
    `The state folder ${root} lies inside the workspace ${workspace}, and Muster writes nothing there before you apply. Name a folder outside the workspace with --state.`,
  );
}
