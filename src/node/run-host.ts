/** The runs of one workspace in this process: starts, resumes and finds them. Editor and command line both stand on it. */
import type { ModelProvider } from '../engine/model-port.ts';
import { patchOf } from '../engine/review/patch-of.ts';
import { checkDecision } from '../engine/run/check-decision.ts';
import type { OutputPiece, TextPiece } from '../engine/run/run-context.ts';
import { RunDriver } from '../engine/run/run-driver.ts';
import { basePaths } from '../shared/base-paths.ts';
import type { RunEvent } from '../shared/events.ts';
import type { BodyRef, RunId } from '../shared/ids.ts';
import type { Instruction } from '../shared/instruction.ts';
import type { RunSummary } from '../shared/protocol.ts';
import { hasEnded, type RunState, waitsForPerson } from '../shared/run-state.ts';
import { appendDue } from './append-due.ts';
import { createApply } from './apply/apply.ts';
import { recoverApplies } from './apply/recover-applies.ts';
import { recoveryMessage } from './apply/recovery-message.ts';
import { noSuchRun } from './database/database-error.ts';
import { hasDatabase } from './database/database-files.ts';
import type { LeaseState } from './database/lease-table.ts';
import type { LeasedJournal } from './database/leased-journal.ts';
import { type Database, openDatabase } from './database/open-database.ts';
import { deferredProvider, needsNoModel } from './deferred-provider.ts';
import { type Following, followRun } from './follow-run.ts';
import { instructRun } from './instruct-run.ts';
import { newRunId } from './new-run-id.ts';
import { requestText } from './request-text.ts';
import { requireWorkspace } from './require-workspace.ts';
import { type RestedRuns, restedRuns } from './rested-runs.ts';
import { type ProposedEdit, proposeEdit, type SavedText } from './review/propose-edit.ts';
import type { RunHostOptions } from './run-host-options.ts';
import { laneSettings, type RunStagings, runStagings } from './run-stagings.ts';
import { isParked, summaryOf } from './run-summary.ts';
import { seenRuns } from './seen-runs.ts';
import type { UnsavedFile } from './staging/fill-index.ts';
import { tidyStorage } from './staging/tidy-storage.ts';
import { findStateFolder, makeStateFolder, type StateFolder } from './state-folder.ts';
import { systemProcesses } from './system-processes.ts';
import { type TakingInstructions, takeInstructions } from './take-instructions.ts';
import { createCommands, defaultTerminal } from './terminal/terminal-settings.ts';

type OpenRun = { driver: RunDriver; instructions?: TakingInstructions };

const defaultMaxTasks = 50;

export class RunHost {
  readonly #options: RunHostOptions;
  readonly #place: StateFolder;
  readonly #open = new Map<RunId, OpenRun>();
  readonly #resuming = new Map<RunId, Promise<RunDriver>>();
  readonly #releasing = new Map<RunId, Promise<void>>();
  readonly #seen = seenRuns();
  readonly #rested: RestedRuns;
  readonly #stagings: RunStagings;
  readonly #closing = new AbortController();
  #tidying: Promise<unknown> = Promise.resolve();
  #opening: Promise<Database> | undefined;

  private constructor(options: RunHostOptions, place: StateFolder) {
    this.#options = options;
    this.#place = place;
    this.#stagings = runStagings(place, options);
    const { clock, timer } = options;
    this.#rested = restedRuns({ clock, timer, look: (runId) => this.state(runId) });
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
    const text = requestText(request);
    await this.#requireRoom();
    await makeStateFolder(this.#place);
    const { editing, limits, musterVersion, clock, random } = this.#options;
    const runId = newRunId(clock, random);
    // Before anything is made: a setting that cannot be kept is refused.
    const given = limits();
    const unsaved = await editing.unsaved();
    const journal = await (await this.#database()).createRun(runId);
    const { maxAttempts, approvalHours, maxTasks = defaultMaxTasks, ...ceilings } = given;
    this.#tidying = this.#tidying.then(() => this.#tidy(runId)).catch(() => {});
    return this.#keep(journal, () =>
      RunDriver.begin(
        {
          type: 'workflow:start',
          request: text,
          workspace: this.#place.workspace,
          provider: provider.id,
          models: provider.tiers,
          limits: { maxAttempts, approvalHours, maxTasks, ...ceilings },
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
    const resuming = this.#resuming.get(runId) ?? this.#takeUp(runId, provider);
    this.#resuming.set(runId, resuming);
    return resuming.finally(() => this.#resuming.delete(runId));
  }

  async #takeUp(runId: RunId, provider: ModelProvider): Promise<RunDriver> {
    await this.#releasing.get(runId);
    await this.#requireRoom();
    const journal = await (await this.#existing(runId)).openRun(runId);
    const ports = this.#ports(journal, provider, []);
    return this.#keep(journal, async () => {
      const state = await this.#seen.catchUp(journal);
      if (!state) throw noSuchRun(runId);
      const rested = this.#rested.wake(runId);
      return RunDriver.resume(ports, this.#surroundings(runId), { state, rested });
    });
  }

  /** Lets go of a run; its log stays and can be taken up again. */
  release(runId: RunId): Promise<void> {
    const open = this.#open.get(runId);
    if (!open) return this.#releasing.get(runId) ?? Promise.resolve();
    this.#open.delete(runId);
    const releasing = (async () => {
      await open.instructions?.end();
      await open.driver.close();
      this.#seen.keep(open.driver.state);
    })().finally(() => this.#releasing.delete(runId));
    this.#releasing.set(runId, releasing);
    return releasing;
  }

  /**
   * Lets go of a run that has ended or waits with nothing under way, so that any process can go on
   * with it at once; its deadlines are kept.
   */
  async rest(runId: RunId): Promise<void> {
    const driver = this.driver(runId);
    if (!driver?.isAtRest) return;
    await this.release(runId);
    if (!hasEnded(driver.state) && !this.#open.has(runId)) this.#rested.rest(driver.state);
  }

  /**
   * Tells a run what a person decided. It is recorded first, whoever executes the run, and the
   * first decision counts; then whoever holds the run carries it out, this process if nobody does.
   * @returns the run, not started, where this process has taken it up for that
   * @throws MusterError `wrong-decision` when it does not count, and says why; `in-use` when who
   *   executes the run has not taken it up for a while: it is recorded
   */
  async instruct(
    runId: RunId,
    instructions: readonly Instruction[],
    { by, provider }: { by: string; provider(state: RunState): Promise<ModelProvider> },
  ): Promise<RunDriver | undefined> {
    const state = await this.state(runId);
    for (const each of instructions) {
      if (each.do === 'decide') checkDecision(state, each.approvalId, each.decision);
    }
    const database = await this.#existing(runId);
    const at = this.#options.clock.now().toISOString();
    const isOpen = () => this.#open.has(runId);
    const elsewhere = !isOpen() && (await database.leaseOf(runId)).is === 'held';
    // Before anything is recorded that could not be gone on with here.
    const here = !isOpen() && !elsewhere;
    if (here) await this.#requireRoom();
    const open = async () =>
      needsNoModel(state, instructions)
        ? deferredProvider(state, () => provider(state))
        : provider(state);
    const ready = here ? await open() : undefined;
    const resume = async () => this.resume(runId, ready ?? (await open()));
    return instructRun(
      { database, runId, isOpen, resume },
      instructions.map((instruction) => ({ instruction, by, at })),
    );
  }

  /** A run that this process does not execute; see `followRun`. */
  async follow(
    state: RunState,
    how: Pick<Following, 'onEvents' | 'onLease' | 'until'>,
    signal: AbortSignal,
  ): Promise<LeaseState> {
    const database = await this.#existing(state.runId);
    return followRun({ database, timer: this.#options.timer, state, ...how }, signal);
  }

  /** Who executes the run now. */
  async leaseOf(runId: RunId): Promise<LeaseState> {
    return (await this.#existing(runId)).leaseOf(runId);
  }

  driver(runId: RunId): RunDriver | undefined {
    return this.#open.get(runId)?.driver;
  }

  /** The state of any run, open here or not. */
  async state(runId: RunId): Promise<RunState> {
    const open = this.#open.get(runId);
    if (open) return open.driver.state;
    const state = await this.#seen.catchUp((await this.#existing(runId)).readRun(runId));
    if (!state) throw noSuchRun(runId);
    if (await this.#isInterrupted(state)) return { ...state, status: 'interrupted' };
    const { clock, onEvents } = this.#options;
    const now = () => clock.now().getTime();
    const report = (events: readonly RunEvent[], after: RunState) => onEvents(runId, events, after);
    const database = await this.#existing(runId);
    return appendDue({ database, seen: this.#seen, now, onEvents: report }, state);
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

  /** A file on one side of a change set, a renamed one by its new name; undefined where it does not exist. */
  async readFile(runId: RunId, at: string, path: string): Promise<Uint8Array | undefined> {
    return (await this.readFiles(runId, at, [path]))[0];
  }

  /** The same of many files at once, in their order. */
  async readFiles(
    runId: RunId,
    at: string,
    paths: readonly string[],
  ): Promise<Array<Uint8Array | undefined>> {
    const names = basePaths(await this.state(runId), at);
    return this.#stagings.of(runId).readFiles(
      at,
      paths.map((path) => names.get(path) ?? path),
    );
  }

  /** What the person saved in the review, staged; undefined when it leaves the proposal as it is. */
  async stageEdit(
    runId: RunId,
    text: SavedText,
    signal: AbortSignal,
  ): Promise<ProposedEdit | undefined> {
    return proposeEdit(this.#stagings.of(runId), await this.state(runId), { text, signal });
  }

  /** What was accepted, or what was not rejected where nothing was, for `git apply`. */
  async patch(
    runId: RunId,
    of: { fits: (path: string) => boolean; signal: AbortSignal },
  ): Promise<Uint8Array> {
    return patchOf(this.#stagings.of(runId), await this.state(runId), of);
  }

  async close(): Promise<void> {
    this.#rested.close();
    for (const runId of [...this.#open.keys()]) void this.release(runId);
    await Promise.allSettled(this.#releasing.values());
    this.#closing.abort(new Error('Muster was closed'));
    await this.#tidying;
    await this.#stagings.close();
    const opening = this.#opening;
    this.#opening = undefined;
    await (await opening?.catch(() => undefined))?.close();
  }

  /** @throws MusterError `no-folder`, `too-many-runs` */
  async #requireRoom(): Promise<void> {
    await requireWorkspace(this.#place.workspace);
    this.#options.slots.runs.requireRoom();
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
    throw noSuchRun(runId);
  }

  async #isInterrupted(state: RunState): Promise<boolean> {
    if (hasEnded(state) || waitsForPerson(state) || isParked(state.status)) return false;
    return (await this.leaseOf(state.runId)).is !== 'held';
  }

  /** A run that is taken over by another process is let go of here. */
  async #keep(journal: LeasedJournal, make: () => Promise<RunDriver>): Promise<RunDriver> {
    try {
      const driver = await make();
      const { runId } = driver.state;
      const open: OpenRun = { driver };
      this.#open.set(runId, open);
      journal.lost.addEventListener('abort', () => void this.release(runId));
      const database = await this.#database();
      open.instructions = await takeInstructions(database, driver, () => void this.release(runId));
      return driver;
    } catch (error) {
      await this.release(journal.runId);
      await journal.close();
      throw error;
    }
  }

  /** Beside the planning of a run; what cannot be tidied now is with the next one. */
  async #tidy(starting: RunId): Promise<void> {
    const listed = await (await this.#database()).listRuns();
    const runs = listed.map((run) => ({
      runId: run.runId,
      startedAt: run.startedAt,
      busy: run.held || this.#open.has(run.runId) || run.runId === starting,
      ended: hasEnded(run) && !run.waiting,
    }));
    const { capBytes } = laneSettings(this.#options);
    const request = { folder: this.#place.folder, runs, capBytes, now: this.#options.clock.now() };
    await tidyStorage(request, this.#closing.signal);
  }

  #ports(journal: LeasedJournal, model: ModelProvider, unsaved: readonly UnsavedFile[]) {
    const { clock, timer, editing, terminal } = this.#options;
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
      commands: createCommands(terminal?.settings ?? (() => defaultTerminal), terminal?.sandbox),
      staging: this.#stagings.of(journal.runId, unsaved),
    };
  }

  #surroundings(runId: RunId) {
    const { slots, gate, onEvents, onText, onOutput } = this.#options;
    const listener = {
      onEvents: (events: readonly RunEvent[], state: RunState) => onEvents(runId, events, state),
      onText: (piece: TextPiece) => onText(runId, piece),
      onOutput: (piece: OutputPiece) => onOutput?.(runId, piece),
    };
    return { slots, gate, listener };
  }
}
