/** The loop that makes a run happen: decide, do, append, and again, until only a person can go on. */
import type { Ceiling } from '../../shared/ceiling.ts';
import type { ReviewComment } from '../../shared/changes.ts';
import type { Decision } from '../../shared/decision.ts';
import type { EventBody, RunEvent } from '../../shared/events.ts';
import type { ApprovalId, TaskId } from '../../shared/ids.ts';
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import type { EditResult, PlanEdit } from '../../shared/plan-edit.ts';
import { reduceAll } from '../../shared/reduce.ts';
import { hasEnded, type RunState } from '../../shared/run-state.ts';
import { setCeiling } from '../budget/set-ceiling.ts';
import { sentBack } from '../review/sent-back.ts';
import { slotsHeld } from '../schedule/decide-execution.ts';
import type { Slots } from '../schedule/slots.ts';
import { cachedBodies } from './cached-bodies.ts';
import { type Command, commandKey } from './command.ts';
import { decide, statusOf } from './decide.ts';
import { dueEvents, nextDeadline } from './decide-deadlines.ts';
import { prepareChangeEdit } from './edit-change.ts';
import { prepareEdit } from './edit-plan.ts';
import { checkTaskEdit } from './edit-task.ts';
import { goesNoFurther, isAtRest } from './is-at-rest.ts';
import { closeLanes, endLeftCommands } from './leftovers.ts';
import { LogWriter } from './log-writer.ts';
import type { ModelGate } from './model-gate.ts';
import { newlyRecovered } from './newly-recovered.ts';
import {
  type EnginePorts,
  laneOpener,
  type OutputPiece,
  pricingOf,
  type RunContext,
  type TextPiece,
} from './run-context.ts';
import { doCommand } from './steps/do-command.ts';
import { revertApplied } from './steps/revert-applied.ts';
import {
  applyAsked,
  type ChangeDecision,
  changeDecided,
  decided,
  grantRevoked,
  renewed,
  requireReview,
  taskRetried,
  taskSkipped,
} from './told-by-person.ts';

export type RunListener = {
  onEvents?(events: readonly RunEvent[], state: RunState): void;
  onText?(piece: TextPiece): void;
  onOutput?(piece: OutputPiece): void;
};

const deadlineLookMs = 60_000;

/** What the runs of a process share, and who listens to this one. */
export type Surroundings = { slots: Slots; gate: ModelGate; listener: RunListener };

/** A run in this process. Everything that changes it goes through one queue, in order. */
export class RunDriver {
  readonly #ports: EnginePorts;
  readonly #slots: Slots;
  readonly #listener: RunListener;
  readonly #abort = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #idleWaiters: Array<() => void> = [];
  readonly #context: RunContext;
  readonly #log: LogWriter;
  #leaveSlots: (() => void) | undefined;
  #started = false;
  #closed = false;
  #turning = false;
  #again = false;
  #failure: unknown;
  #cleaned = false;
  #watching = false;

  private constructor(state: RunState, ports: EnginePorts, surroundings: Surroundings) {
    this.#ports = ports;
    this.#slots = surroundings.slots;
    this.#listener = surroundings.listener;
    this.#log = new LogWriter({
      state,
      journal: ports.journal,
      clock: ports.clock,
      follow: (after) => this.#follow(after),
      onWritten: (events) => this.#written(events),
      onFault: (error) => this.#failFor(error),
    });
    this.#context = {
      ports: { ...ports, journal: cachedBodies(ports.journal) },
      gate: surroundings.gate,
      state: () => this.#state,
      append: (events) => this.#append(typeof events === 'function' ? events : () => events),
      emitText: (piece) => this.#listener.onText?.(piece),
      emitOutput: (piece) => this.#listener.onOutput?.(piece),
      ...laneOpener(ports.staging, () => this.#state, this.#abort.signal),
    };
  }

  /** Begins a run by its first event. */
  static async begin(
    start: Extract<EventBody, { type: 'workflow:start' }>,
    ports: EnginePorts,
    surroundings: Surroundings,
  ): Promise<RunDriver> {
    const events = await ports.journal.append([start]);
    const driver = RunDriver.#fold(events, ports, surroundings);
    driver.#listener.onEvents?.(events, driver.#state);
    return driver;
  }

  /**
   * Takes up a run where its log ends; one that failed is tried again from there.
   * @param known the state after the whole log, where it was read already; `rested`: this process
   *   let go of the run while it waited, so that taking it up is no news
   */
  static async resume(
    ports: EnginePorts,
    surroundings: Surroundings,
    known?: { state: RunState; rested: boolean },
  ): Promise<RunDriver> {
    const driver = known
      ? new RunDriver(known.state, ports, surroundings)
      : RunDriver.#fold(await ports.journal.read(), ports, surroundings);
    if (known?.rested && isAtRest(driver.#state)) return driver;
    await endLeftCommands(driver.#state, ports);
    const repeated = driver.#state.conversations.filter(
      (each) => each.inFlight !== undefined,
    ).length;
    if (!hasEnded(driver.#state) || driver.#state.status === 'failed') {
      await driver.#append(() => [{ type: 'workflow:resume', repeated }]);
    }
    const recovered = await newlyRecovered(ports.apply, driver.#state);
    if (recovered.length > 0) await driver.#append(() => recovered);
    return driver;
  }

  static #fold(
    events: readonly RunEvent[],
    ports: EnginePorts,
    surroundings: Surroundings,
  ): RunDriver {
    const state = reduceAll(events);
    if (!state)
      throw new MusterError('storage', 'The log of this run is empty; there is nothing to resume.');
    return new RunDriver(state, ports, surroundings);
  }

  get state(): RunState {
    return this.#state;
  }

  /** True when nothing is under way and only a person can go on, or nobody. */
  get isAtRest(): boolean {
    return this.#isIdle() && (this.#failure !== undefined || goesNoFurther(this.#state));
  }

  /** Appends what is due: questions warn and lapse although nobody looked for a while. */
  async lapseDue(): Promise<void> {
    const now = this.#ports.clock.now().getTime();
    await this.#append((state) => dueEvents(state, now));
  }

  /** Starts working; returns at once. */
  start(): void {
    this.#leaveSlots ??= this.#slots.join(this.#state.runId, () => this.#turn());
    this.#turn();
  }

  /**
   * Resolves when the run has ended or goes no further without the person, or as soon as `until`
   * holds.
   * @throws what a bug in a step threw; the run is failed and its log says so
   */
  async idle(until: (state: RunState) => boolean = () => false): Promise<RunState> {
    while (!this.#isIdle() && !until(this.#state))
      await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
    if (this.#failure !== undefined) throw this.#failure;
    return this.#state;
  }

  /** @throws MusterError `wrong-decision` */
  decide(approvalId: ApprovalId, decision: Decision, by: string): Promise<void> {
    return this.#tell((state) => decided(state, { approvalId, decision, by }));
  }

  /**
   * Sets a ceiling, `null` for none, and decides on it where it was reached.
   * @throws MusterError `wrong-decision` when it was reached and the new one is too low to go on
   */
  setCeiling(set: Ceiling & { limit: number | null }, by: string): Promise<void> {
    const { clock } = this.#ports;
    return this.#tell((state) => setCeiling(state, set, { by, clock }));
  }

  /**
   * Changes the plan and team that wait for approval; approving is a step of its own.
   * @throws MusterError `wrong-decision` when they are not open, or were edited meanwhile
   */
  async editPlan(approvalId: ApprovalId, edit: PlanEdit, by: string): Promise<EditResult> {
    const { signal } = this.#abort;
    const prepared = await prepareEdit(this.#context, { approvalId, edit, by }, signal);
    if (!prepared.ok) return prepared;
    await this.#append(prepared.event);
    return { ok: true };
  }

  /** Changes a task that is not under way; one that had failed is tried again. */
  async editTask(taskId: TaskId, edit: unknown, by: string): Promise<EditResult> {
    let result: EditResult = { ok: true };
    await this.#tell((state) => {
      const checked = checkTaskEdit(state, taskId, edit);
      if (checked.ok) return [{ type: 'task:edited', taskId, ...checked.edited, by }];
      result = checked;
      return [];
    });
    return result;
  }

  /** @throws MusterError `wrong-decision`, `protected` for a yes to a protected file without its own */
  decideChange(which: ChangeDecision, by: string): Promise<void> {
    return this.#append((state) => changeDecided(state, which, by));
  }

  applyAccepted(by: string): Promise<void> {
    return this.#tell((state) => applyAsked(state, by));
  }

  /**
   * Takes the person's edit of a file into the proposal.
   * @throws MusterError `wrong-decision` when the proposal is another by now
   */
  async editChange(
    edit: { path: string; basedOn: string; head: string },
    by: string,
  ): Promise<void> {
    await this.#append(await prepareChangeEdit(this.#context, { ...edit, by }, this.#abort.signal));
  }

  /** Sends changes back to the tasks that wrote them, with what the person wants different. */
  sendBack(comments: readonly ReviewComment[], by: string): Promise<void> {
    return this.#tell((state) => {
      requireReview(state);
      return sentBack(state, comments, by);
    });
  }

  /** Takes back what was applied; see `revertApplied`. @throws MusterError `wrong-decision` */
  revert(by: string): Promise<void> {
    return revertApplied(this.#context, by);
  }

  /** Puts a lapsed question up again. */
  renew(approvalId: ApprovalId, by: string): Promise<void> {
    const { clock } = this.#ports;
    return this.#tell((state) => renewed(state, approvalId, { by, clock }));
  }

  /** Takes back a standing yes; what runs already goes on. */
  revokeGrant(grant: ApprovalId, by: string): Promise<void> {
    return this.#append((state) => grantRevoked(state, grant, by));
  }

  /** Has a failed task tried again. */
  retryTask(taskId: TaskId, by: string): Promise<void> {
    return this.#tell((state) => taskRetried(state, taskId, by));
  }

  /** Does without a task that failed or has not begun. */
  skipTask(taskId: TaskId, by: string): Promise<void> {
    return this.#tell((state) => taskSkipped(state, taskId, by));
  }

  /** Lets what is under way settle and begins nothing new. */
  pause(by: string): Promise<void> {
    return this.#tell((state) =>
      hasEnded(state) || state.paused ? [] : [{ type: 'workflow:pause', by }],
    );
  }

  /** Goes on after a pause, or after a question that lapsed, which is put up again. */
  async continue(by: string): Promise<void> {
    await this.#append((state) => (state.paused ? [{ type: 'workflow:continue', by }] : []));
    const lapsed = this.#state.approvals.filter((each) => each.lapsed);
    for (const { approvalId } of lapsed) await this.renew(approvalId, by);
    this.#turn();
  }

  /** Ends the run; what is under way is aborted. A run that has ended stays as it is. */
  async cancel(by: string): Promise<void> {
    if (hasEnded(this.#state)) return;
    await this.#append((state) => (hasEnded(state) ? [] : [{ type: 'workflow:cancel', by }]));
    this.#abort.abort(new Error('The run was cancelled'));
    this.#turn();
    await Promise.allSettled(this.#underWay.values());
  }

  /** Stops working in this process and leaves the log as it is, to be resumed. */
  async close(): Promise<void> {
    this.#abort.abort(new Error('Muster is closing'));
    await Promise.allSettled(this.#underWay.values());
    await this.#log.settled();
    this.#closed = true;
    this.#leaveSlots?.();
    this.#slots.runs.leave(this.#state.runId);
    await this.#ports.journal.close();
  }

  get #state(): RunState {
    return this.#log.state;
  }

  /** What a person says, and whatever follows from it. */
  async #tell(bodies: (state: RunState) => readonly EventBody[]): Promise<void> {
    await this.#append(bodies);
    this.#turn();
  }

  /** Everything that changes the run: what to append is decided on the state as it is then. */
  #append(bodies: (state: RunState) => readonly EventBody[]): Promise<void> {
    return this.#log.append(bodies);
  }

  /**
   * What `decide` appends of itself stands in one write with what it follows from. The slots that
   * it gives away are held from then on, so that no other run takes them meanwhile.
   */
  #follow(state: RunState): EventBody[] {
    if (!this.#started || this.#closed || this.#failure !== undefined) return [];
    this.#slots.report(state.runId, slotsHeld(state));
    return this.#following(state, decide(state, this.#surroundingsNow()));
  }

  #following(state: RunState, commands: readonly Command[]): EventBody[] {
    if (this.#hasPlace(state, commands)) return appendedBy(commands);
    return state.status === 'queued' ? [] : [{ type: 'workflow:status', status: 'queued' }];
  }

  #written(events: readonly RunEvent[]): void {
    this.#slots.report(this.#state.runId, slotsHeld(this.#state));
    if (events.length === 0) return;
    this.#listener.onEvents?.(events, this.#state);
    this.#wake();
  }

  #turn(): void {
    this.#started = true;
    this.#again = true;
    if (this.#turning) return;
    this.#turning = true;
    this.#turns()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#turning = false;
        if (this.#again && this.#failure === undefined) this.#turn();
        else this.#wakeIdle();
      });
  }

  async #turns(): Promise<void> {
    while (this.#again && !this.#closed && this.#failure === undefined) {
      this.#again = false;
      await this.#log.settled();
      const commands = decide(this.#state, this.#surroundingsNow());
      if (this.#following(this.#state, commands).length > 0) {
        // Decided anew by `#follow`, on the state as it is then.
        await this.#append(() => []);
        this.#again = true;
      } else if (this.#hasPlace(this.#state, commands)) {
        for (const command of commands) if (command.do !== 'append') this.#begin(command);
      }
    }
    if (hasEnded(this.#state)) await this.#cleanUp();
    else this.#watchDeadlines();
  }

  /** Whether the run may work now; one that has nothing to do, ends or is stopped needs no place for that. */
  #hasPlace(state: RunState, commands: readonly Command[]): boolean {
    if (commands.length === 0) return true;
    if (['cancelled', 'failed', 'rejected', 'paused', 'lapsed'].includes(statusOf(state))) {
      return true;
    }
    return this.#slots.runs.enter(state.runId, () => this.#turn());
  }

  /** A run that has ended has nothing under way and keeps no working copies. */
  async #cleanUp(): Promise<void> {
    if (this.#cleaned) return;
    this.#cleaned = true;
    this.#abort.abort(new Error('The run has ended'));
    await Promise.allSettled(this.#underWay.values());
    await closeLanes(this.#state, this.#ports);
  }

  #surroundingsNow() {
    const { now, ...pricing } = pricingOf(this.#ports);
    return { freeSlots: this.#slots.free(), now, pricing };
  }

  /** Looks again when a deadline is near; a clock that jumps is noticed within a minute. */
  #watchDeadlines(): void {
    const next = nextDeadline(this.#state);
    if (next === undefined || this.#watching || this.#abort.signal.aborted) return;
    this.#watching = true;
    const left = next - this.#ports.clock.now().getTime();
    this.#ports.timer.sleep(Math.max(0, Math.min(left, deadlineLookMs)), this.#abort.signal).then(
      () => {
        this.#watching = false;
        this.#turn();
      },
      // The run has ended or is closed.
      () => {},
    );
  }

  #begin(command: Exclude<Command, { do: 'append' }>): void {
    const key = commandKey(command);
    if (this.#underWay.has(key) || this.#abort.signal.aborted) return;
    const work = this.#carryOut(command)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#underWay.delete(key);
        this.#turn();
      });
    this.#underWay.set(key, work);
  }

  async #carryOut(command: Exclude<Command, { do: 'append' }>): Promise<void> {
    const { signal } = this.#abort;
    const events = await doCommand(this.#context, command, signal);
    if (signal.aborted) return;
    // A request that a ceiling holds back leaves no trace; `decide` knows what it waits for.
    if (events.length === 0 && (command.do === 'ask' || command.do === 'open')) return;
    if (events.length === 0) throw new Error(`Nothing came of ${commandKey(command)}`);
    await this.#append((state) => (hasEnded(state) || state.cancelled ? [] : events));
  }

  /** An expected failure ends the run with its message; a bug does too, and is thrown by `idle`. */
  async #fail(error: unknown): Promise<void> {
    if (this.#abort.signal.aborted) return;
    const expected = isMusterError(error);
    if (!expected) this.#failure = error;
    const code = expected ? error.code : 'internal';
    const message = expected
      ? error.userMessage
      : `Muster made a mistake: ${error instanceof Error ? error.message : String(error)}. The run has stopped and the workspace was not changed by it. The log has the details.`;
    try {
      await this.#append((state) =>
        hasEnded(state) || state.error ? [] : [{ type: 'workflow:error', code, message }],
      );
    } catch (second) {
      // The log cannot be written: the run stops here, and can be resumed once it can.
      this.#failure ??= second;
    }
    this.#abort.abort(error);
    if (this.#failure !== undefined) await this.#settleFailed();
  }

  /** A fault outside of any step; the run is not idle before its log says so. */
  #failFor(error: unknown): void {
    const failing = Promise.all([this.#underWay.get('fault'), this.#fail(error)]).then(() => {
      if (this.#underWay.get('fault') === failing) this.#underWay.delete('fault');
      this.#wakeIdle();
    });
    this.#underWay.set('fault', failing);
  }

  /** After a bug `decide` is not trusted with more than the status. */
  async #settleFailed(): Promise<void> {
    try {
      await this.#append((state) =>
        hasEnded(state) ? [] : [{ type: 'workflow:status', status: 'failed' }],
      );
    } catch {
      // Already reported through `idle`.
    }
  }

  #isIdle(): boolean {
    return !this.#turning && this.#underWay.size === 0;
  }

  #wakeIdle(): void {
    if (!this.#isIdle()) return;
    if (this.isAtRest) this.#slots.runs.leave(this.#state.runId);
    this.#wake();
  }

  #wake(): void {
    for (const waiter of this.#idleWaiters.splice(0)) waiter();
  }
}

function appendedBy(commands: readonly Command[]): EventBody[] {
  return commands.flatMap((command) => (command.do === 'append' ? command.events : []));
}
