/** Runs a script on a temporary workspace with every real part but the model. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type * as z from 'zod';
import type { ModelProvider } from '../../../src/engine/model-port.ts';
import type { Clock, Timer } from '../../../src/engine/ports.ts';
import { ModelGate } from '../../../src/engine/run/model-gate.ts';
import type { RunDriver } from '../../../src/engine/run/run-driver.ts';
import type { RunPlaces } from '../../../src/engine/schedule/run-places.ts';
import { Slots } from '../../../src/engine/schedule/slots.ts';
import { Script } from '../../../src/node/models/script.ts';
import { createScriptedProvider } from '../../../src/node/models/scripted-provider.ts';
import { RunHost } from '../../../src/node/run-host.ts';
import type { RunHostOptions } from '../../../src/node/run-host-options.ts';
import { systemClock } from '../../../src/node/system-clock.ts';
import { systemRandom } from '../../../src/node/system-random.ts';
import { systemTimer } from '../../../src/node/system-timer.ts';
import type { RunEvent } from '../../../src/shared/events.ts';
import { openApprovals, type RunState } from '../../../src/shared/run-state.ts';
import { commitAll } from '../commit-all.ts';
import { fakeTime } from '../time/fake-time.ts';

export type ScriptInput = z.input<typeof Script>;

export type Stage = {
  root: string;
  workspace: string;
  host: RunHost;
  events: RunEvent[];
  /** The same, as they were written together. */
  writes: RunEvent[][];
  /** A second window on the same workspace. */
  another(): Promise<{ host: RunHost; events: RunEvent[]; recovered: string[] }>;
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
  /** Of every run that is started. */
  ceilings?: { maxUsd?: number; maxTokens?: number; maxMinutes?: number };
  /** For runs at work, instead of the usual number. */
  places?: RunPlaces;
  /** Without it every command asks and none has a sandbox. */
  terminal?: RunHostOptions['terminal'];
  /** `muster.lanes.*`; the usual ones otherwise. */
  lanes?: RunHostOptions['lanes'];
  /** Where the editor is installed, with its own ripgrep. */
  editorRoot?: string;
  /** Instead of the machine's. */
  time?: { clock: Clock; timer: Timer };
};

export async function openStage(options: StageOptions): Promise<Stage> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'muster-run-'));
  const workspace = path.join(root, 'workspace');
  await writeFiles(workspace, options.files);
  if (options.git ?? true) commitAll(workspace);
  const events: RunEvent[] = [];
  const writes: RunEvent[][] = [];
  const host = await openHost(root, workspace, { ...options, events, writes, recovered: [] });
  const others: RunHost[] = [];
  return {
    root,
    workspace,
    host,
    events,
    writes,
    async another() {
      const seen: RunEvent[] = [];
      const recovered: string[] = [];
      const told = { events: seen, writes: [], recovered };
      const other = await openHost(root, workspace, { ...options, ...told });
      others.push(other);
      return { host: other, events: seen, recovered };
    },
    provider: (script) => createScriptedProvider(Script.parse(script), { pace: 0 }),
    files: () => readFiles(workspace),
    async close() {
      await Promise.all([host, ...others].map((each) => each.close()));
      await rm(root, { recursive: true, force: true });
    },
  };
}

type Told = { events: RunEvent[]; writes: RunEvent[][]; recovered: string[] };

/** On folders that are there already: `root` holds the state folder. */
export function openHost(
  root: string,
  workspace: string,
  { events, writes, recovered, ...options }: StageOptions & Told,
): Promise<RunHost> {
  return RunHost.open({
    workspace,
    stateRoot: path.join(root, 'state'),
    slots: new Slots(() => options.maxParallel ?? 3, options.places),
    gate: new ModelGate({ ...fakeTime(), random: systemRandom }),
    clock: options.time?.clock ?? systemClock,
    timer: options.time?.timer ?? systemTimer,
    random: systemRandom,
    limits: () => ({
      maxAttempts: options.maxAttempts ?? 3,
      approvalHours: 24,
      ...options.ceilings,
    }),
    editing: { unsaved: async () => [], isBeingEdited: () => false },
    musterVersion: '0.0.0-test',
    ...(options.terminal === undefined ? {} : { terminal: options.terminal }),
    ...(options.lanes === undefined ? {} : { lanes: options.lanes }),
    ...(options.editorRoot === undefined ? {} : { editorRoot: options.editorRoot }),
    onEvents: (_, appended) => {
      events.push(...appended);
      writes.push([...appended]);
    },
    onText: () => {},
    onRecovered: (message) => recovered.push(message),
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

async function readFiles(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(folder, file);
    if (entry.isFile() && !name.startsWith('.git/')) files[name] = await readFile(file, 'utf8');
  }
  return files;
}
