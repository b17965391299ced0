/** The runs of one workspace in this process: starts, resumes and finds them. Editor and command line both stand on it. */
import type { Clock, ModelProvider, Random, Staging, Timer } from '../engine/ports.ts';
import { patchOf } from '../engine/review/patch-of.ts';
import type { ModelGate } from '../engine/run/model-gate.ts';
import type { TextPiece } from '../engine/run/run-context.ts';
import { RunDriver } from '../engine/run/run-driver.ts';
import type { Slots } from '../engine/schedule/slots.ts';
import type { RunEvent } from '../shared/events.ts';
import type { BodyRef } from '../shared/ids.ts';
import { RunId } from '../shared/ids.ts';
import { MusterError } from '../shared/muster-error.ts';
import type { RunSummary } from '../shared/protocol.ts';
import { reduceAll } from '../shared/reduce.ts';
import { hasEnded, type RunState, waitsForPerson } from '../shared/run-state.ts';
import { createApply } from './apply/apply.ts';
import type { Buffers, Trash } from './apply/editor-hooks.ts';
import { recoverApplies } from './apply/recover-applies.ts';
import { recoveryMessage } from './apply/recovery-message.ts';
import { hasDatabase } from './database/database-files.ts';
import type { LeasedJournal } from './database/leased-journal.ts';
import { type Database, openDatabase } from './database/open-database.ts';
import { makeLane } from './lane.ts';
import { createStaging } from './staging/staging.ts';
import type { UnsavedFile } from './staging/take-snapshot.ts';
import { findStateFolder, makeStateFolder, type StateFolder } from './state-folder.ts';
import { systemProcesses } from './system-processes.ts';

/** Whatever the editor knows and the command line does not. */
export type Editing = {
  /** Text of editors that is not on disk yet. */
  unsaved(): Promise<UnsavedFile[]>;
  /** True while the editor holds unsaved changes that are none of `buffers`. */
  isBeingEdited(path: string): boolean;
  /** Absent where there is no editor. */
  buffers?: Buffers;
  trash?: Trash;
};

export type RunHostOptions = {
  workspace: string;
  /** Instead of the per-user state folder. */
  stateRoot?: string;
  slots: Slots;
  gate: ModelGate;
  clock: Clock;
  timer: Timer;
  random: Random;
  limits(): { maxAttempts: number; approvalHours: number };
  editing: Editing;
  musterVersion: string;
  onEvents(runId: RunId, events: readonly RunEvent[], state: RunState): void;
  onText(runId: RunId, piece: TextPiece): void;
  /** An apply that a process left unfinished was found and dealt with; a line for the person. */
  onRecovered(message: string): void;
};

const maxTasks = 50;
const maxRequestCharacters = 100_000;

export class RunHost {
  readonly #options: RunHostOptions;
  readonly #place: StateFolder;
  readonly #open = new Map<RunId, { driver: RunDriver; journal: LeasedJournal }>();
  readonly #stagings = new Map<RunId, Staging>();
  #opening: Promise<Database> | undefined;

  private constructor(options: RunHostOptions, place: StateFolder) {
    this.#options = options;
    this.#place = place;
  }

  /** @throws MusterError `no-folder`, `unsuitable-workspace` */
  static async open(options: RunHostOptions): Promise<RunHost> {
    const place = await findStateFolder({
      workspace: options.workspace,
      ...(options.stateRoot === undefined ? {} : { state: options.stateRoot }),
    });
    const { buffers } = options.editing;
    for (const recovered of await recoverApplies(place.folder, place.workspace, { buffers })) {
      options.onRecovered(recoveryMessage(recovered));
    }
    return new RunHost(options, place);
  }

  get workspace(): string {
    return this.#place.workspace;
  }

  get stateFolder(): string {
    return this.#place.folder;
  }

  /** @throws MusterError `bad-input` for an empty request, and what the parts throw */
  async start(request: string, provider: ModelProvider): Promise<RunDriver> {
    const text = request.trim();
    if (text === '') {
      throw new MusterError(
        'bad-input',
        'The task is empty. Describe what is to be done, in a sentence or more.',
      );
    }
    if (text.length > maxRequestCharacters) {
      throw new MusterError(
        'bad-input',
        `The task has ${text.length} characters; at most ${maxRequestCharacters} are taken. Put long material into a file of the workspace and name it.`,
      );
    }
    await makeStateFolder(this.#place);
    const { editing, limits, musterVersion } = this.#options;
    const runId = this.#newRunId();
    const unsaved = await editing.unsaved();
    const journal = await (await this.#database()).createRun(runId);
    const { maxAttempts, approvalHours } = limits();
    return this.#keep(journal, () =>
      RunDriver.begin(
        {
          type: 'workflow:start',
          request: text,
          workspace: this.#place.workspace,
          provider: provider.id,
          models: provider.tiers,
          limits: { maxAttempts, approvalHours, maxTasks },
          muster: musterVersion,
        },
        this.#ports(journal, provider, unsaved),
        this.#surroundings(runId),
      ),
    );
  }

  /** Takes up a run where its log ends; the caller starts it. One that is open already is given back. */
  async resume(runId: RunId, provider: ModelProvider): Promise<RunDriver> {
    const known = this.#open.get(runId);
    if (known) return known.driver;
    const journal = await (await this.#existing(runId)).openRun(runId);
    const ports = this.#ports(journal, provider, []);
    return this.#keep(journal, () => RunDriver.resume(ports, this.#surroundings(runId)));
  }

  /** Lets go of a run; its log stays and can be taken up again. */
  async release(runId: RunId): Promise<void> {
    const open = this.#open.get(runId);
    this.#open.delete(runId);
    await open?.driver.close();
  }

  driver(runId: RunId): RunDriver | undefined {
    return this.#open.get(runId)?.driver;
  }

  /** The state of any run, open here or not. */
  async state(runId: RunId): Promise<RunState> {
    const open = this.#open.get(runId);
    if (open) return open.driver.state;
    const state = reduceAll(await this.events(runId));
    if (!state) throw new MusterError('not-found', `There is no run ${runId} in this workspace.`);
    return (await this.#isInterrupted(state)) ? { ...state, status: 'interrupted' } : state;
  }

  async events(runId: RunId): Promise<RunEvent[]> {
    return (await this.#existing(runId)).readRun(runId).read();
  }

  async body(runId: RunId, ref: BodyRef): Promise<string> {
    return (await this.#existing(runId)).readRun(runId).getBody(ref);
  }

  /** Newest first. A run that no process is executing and that needs nobody is shown as interrupted. */
  async list(): Promise<RunSummary[]> {
    if (!(await hasDatabase(this.#place.folder))) return [];
    const listed = await (await this.#database()).listRuns();
    return listed.map(({ held, ...run }): RunSummary => {
      const open = this.#open.get(run.runId);
      if (open) return summaryOf(open.driver.state);
      const { status } = run;
      const goesOn = !hasEnded({ status }) && !run.waiting && !isParked(status);
      return { ...run, status: goesOn && !held ? 'interrupted' : status };
    });
  }

  /** A file on one side of a change set; undefined where it does not exist. */
  readFile(runId: RunId, at: string, path: string): Promise<Uint8Array | undefined> {
    return this.#staging(runId, []).readFile(at, path);
  }

  /** What was accepted, or what was not rejected where nothing was, for `git apply`. */
  async patch(
    runId: RunId,
    of: { fits: (path: string) => boolean; signal: AbortSignal },
  ): Promise<Uint8Array> {
    return patchOf(this.#staging(runId, []), await this.state(runId), of);
  }

  async close(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    await Promise.allSettled(open.map(({ driver }) => driver.close()));
    const opening = this.#opening;
    this.#opening = undefined;
    await (await opening?.catch(() => undefined))?.close();
  }

  /** Opened when it is first needed; looking for runs makes none. */
  #database(): Promise<Database> {
    if (this.#opening) return this.#opening;
    const { clock, onRecovered } = this.#options;
    const opening = openDatabase(this.#place.folder, { clock }).then((database) => {
      for (const notice of database.notices) onRecovered(notice);
      return database;
    });
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = undefined;
    });
    this.#opening = opening;
    return opening;
  }

  async #existing(runId: RunId): Promise<Database> {
    if (await hasDatabase(this.#place.folder)) return this.#database();
    throw new MusterError(
      'not-found',
      `There is no run ${runId} in this workspace. Nothing was changed. Look at the list of runs for its id.`,
    );
  }

  async #isInterrupted(state: RunState): Promise<boolean> {
    if (hasEnded(state) || waitsForPerson(state) || isParked(state.status)) return false;
    return !(await (await this.#existing(state.runId)).isRunHeld(state.runId));
  }

  /** A run that is taken over by another process is let go of here. */
  async #keep(journal: LeasedJournal, make: () => Promise<RunDriver>): Promise<RunDriver> {
    try {
      const driver = await make();
      const { runId } = driver.state;
      this.#open.set(runId, { driver, journal });
      journal.lost.addEventListener('abort', () => void this.release(runId));
      return driver;
    } catch (error) {
      await journal.close();
      throw error;
    }
  }

  #ports(journal: LeasedJournal, model: ModelProvider, unsaved: readonly UnsavedFile[]) {
    const { clock, timer, editing } = this.#options;
    const apply = createApply({
      workspace: this.#place.workspace,
      folder: this.#place.folder,
      run: journal.runId,
      isBeingEdited: editing.isBeingEdited,
      ...(editing.buffers && { buffers: editing.buffers }),
      ...(editing.trash && { trash: editing.trash }),
    });
    return {
      journal,
      model,
      clock,
      timer,
      apply,
      processes: systemProcesses,
      staging: this.#staging(journal.runId, unsaved),
    };
  }

  #staging(runId: RunId, unsaved: readonly UnsavedFile[]): Staging {
    const known = this.#stagings.get(runId);
    if (known) return known;
    const staging = createStaging({
      workspace: this.#place.workspace,
      folder: this.#place.folder,
      runId,
      unsaved,
      makeLane: (_, root) => makeLane(root),
    });
    this.#stagings.set(runId, staging);
    return staging;
  }

  #surroundings(runId: RunId) {
    const { slots, gate, onEvents, onText } = this.#options;
    const listener = {
      onEvents: (events: readonly RunEvent[], state: RunState) => onEvents(runId, events, state),
      onText: (piece: TextPiece) => onText(runId, piece),
    };
    return { slots, gate, listener };
  }

  /** Sorts by time. */
  #newRunId(): RunId {
    const at = this.#options.clock
      .now()
      .toISOString()
      .slice(0, 19)
      .replace(/[-:]/g, '')
      .replace('T', '-');
    return RunId.parse(`${at}-${this.#options.random.token(6)}`);
  }
}

export function summaryOf(state: RunState): RunSummary {
  const { runId, request, status, startedAt } = state;
  return {
    runId,
    request: request.slice(0, 500),
    status,
    startedAt,
    waiting: waitsForPerson(state),
  };
}

/** Left alone until the person goes on, whoever holds it. */
function isParked(status: RunState['status']): boolean {
  return status === 'paused' || status === 'lapsed';
}
