/** Runs a script on a temporary workspace with every real part but the model. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type * as z from 'zod';
import type { Clock, ModelProvider, Timer } from '../../../src/engine/ports.ts';
import { ModelGate } from '../../../src/engine/run/model-gate.ts';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import { Slots } from '../../../src/engine/schedule/slots.ts';
import { Script } from '../../../src/node/models/script.ts';
import { createScriptedProvider } from '../../../src/node/models/scripted-provider.ts';
import { RunHost } from '../../../src/node/run-host.ts';
import { systemClock } from '../../../src/node/system-clock.ts';
import { systemRandom } from '../../../src/node/system-random.ts';
import { systemTimer } from '../../../src/node/system-timer.ts';
import type { RunEvent } from '../../../src/shared/events.ts';
import { openApprovals, type RunState } from '../../../src/shared/run-state.ts';
import { fakeTime } from '../time/fake-time.ts';

export type ScriptInput = z.input<typeof Script>;

export type Stage = {
  root: string;
  workspace: string;
  host: RunHost;
  events: RunEvent[];
  provider(script: ScriptInput): ModelProvider;
  /** The files of the workspace, without `.git`. */
  files(): Promise<Record<string, string>>;
  close(): Promise<void>;
};

export type StageOptions = {
  files: Record<string, string>;
  git?: boolean;
  maxParallel?: number;
  maxAttempts?: number;
  /** Instead of the machine's. */
  time?: { clock: Clock; timer: Timer };
};

export async function openStage(options: StageOptions): Promise<Stage> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'muster-run-'));
  const workspace = path.join(root, 'workspace');
  await writeFiles(workspace, options.files);
  if (options.git ?? true) commitAll(workspace);
  const events: RunEvent[] = [];
  const host = await openHost({ root, workspace }, options, { events });
  return {
    root,
    workspace,
    host,
    events,
    provider: (script) => createScriptedProvider(Script.parse(script), { pace: 0 }),
    files: () => readFiles(workspace),
    async close() {
      await host.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** As another window has it. */
export function openSecondHost(
  stage: Stage,
  onRecovered?: (message: string) => void,
): Promise<RunHost> {
  return openHost(stage, { files: {} }, { events: [], onRecovered });
}

function openHost(
  { root, workspace }: Pick<Stage, 'root' | 'workspace'>,
  options: StageOptions,
  told: { events: RunEvent[]; onRecovered?: ((message: string) => void) | undefined },
): Promise<RunHost> {
  return RunHost.open({
    workspace,
    stateRoot: path.join(root, 'state'),
    slots: new Slots(() => options.maxParallel ?? 3),
    gate: new ModelGate({ ...fakeTime(), random: systemRandom }),
    clock: options.time?.clock ?? systemClock,
    timer: options.time?.timer ?? systemTimer,
    random: systemRandom,
    limits: () => ({ maxAttempts: options.maxAttempts ?? 3, approvalHours: 24 }),
    editing: { unsaved: async () => [], isBeingEdited: () => false },
    musterVersion: '0.0.0-test',
    onEvents: (_, appended) => told.events.push(...appended),
    onText: () => {},
    onRecovered: (message) => told.onRecovered?.(message),
  });
}

/** Approves the plan, allows every command, and stops at whatever else needs a person. */
export async function runUntilReview(driver: RunDriver): Promise<RunState> {
  driver.start();
  for (;;) {
    const state = await driver.idle();
    const open = openApprovals(state).filter((each) => each.kind !== 'questions');
    if (open.length === 0) return state;
    for (const { approvalId, kind, hash = '' } of open) {
      const decision =
        kind === 'plan'
          ? ({ decision: 'approve', hash } as const)
          : ({ decision: 'allow-once' } as const);
      await driver.decide(approvalId, decision, 'test');
    }
  }
}

export async function acceptAllAndApply(driver: RunDriver): Promise<RunState> {
  for (const { path: file } of driver.state.changes?.files ?? []) {
    await driver.decideChange({ path: file, decision: 'accepted' }, 'test');
  }
  await driver.applyAccepted('test');
  return driver.idle();
}

async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

function commitAll(folder: string): void {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: folder,
      stdio: 'ignore',
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '--allow-empty', '-m', 'Begin');
}

async function readFiles(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    if (entry.isFile() && !name.startsWith('.git/')) files[name] = await readFile(file, 'utf8');
  }
  return files;
}
