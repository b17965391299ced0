/** The loop that makes a run happen: decide, do, append, and again, until only a person can go on. */
import type { Ceiling } from '../../shared/ceiling.ts';
import type { HunkDecision, ReviewComment } from '../../shared/changes.ts';
import type { Decision, EventBody, RunEvent } from '../../shared/events.ts';
import type { ApprovalId, TaskId } from '../../shared/ids.ts';
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import type { EditResult, PlanEdit } from '../../shared/plan-edit.ts';
import { reduceAll, taskById } from '../../shared/reduce.ts';
import { hasEnded, type RunState, type TaskState } from '../../shared/run-state.ts';
import { setCeiling } from '../budget/set-ceiling.ts';
import type { ModelInfo } from '../ports.ts';
import { sentBack } from '../review/sent-back.ts';
import { slotsHeld } from '../schedule/decide-execution.ts';
import type { Slots } from '../schedule/slots.ts';
import { cachedBodies } from './cached-bodies.ts';
import { checkDecision } from './check-decision.ts';
import { type Command, commandKey } from './command.ts';
import { deadlineFrom } from './deadline.ts';
import { decide, statusOf } from './decide.ts';
import { dueEvents, nextDeadline } from './decide-deadlines.ts';
import { prepareChangeEdit } from './edit-change.ts';
import { prepareEdit } from './edit-plan.ts';
import { checkTaskEdit } from './edit-task.ts';
import { isAtRest } from './is-at-rest.ts';
import { LogWriter } from './log-writer.ts';
import type { ModelGate } from './model-gate.ts';
import {
  type EnginePorts,
  exploreLane,
  finalCheckLane,
  laneOpener,
  pricingOf,
  type RunContext,
  type TextPiece,
} from './run-context.ts';
import { doCommand } from './steps/do-command.ts';

export type RunListener = {
  onEvents?(events: readonly RunEvent[], state: RunState): void;
  onText?(piece: TextPiece): void;
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
      enterLane: laneOpener(ports.staging, () => this.#state, this.#abort.signal),
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

  /** True when nothing is under way. */
  get isIdle(): boolean {
    return this.#isIdle();
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
  async decide(approvalId: ApprovalId, decision: Decision, by: string): Promise<void> {
    await this.#append((state) => {
      checkDecision(state, approvalId, decision);
      return [{ type: 'approval:decided', approvalId, by, decision }];
    });
    this.#turn();
  }

  /**
   * Sets a ceiling, `null` for none, and decides on it where it was reached.
   * @throws MusterError `wrong-decision` when it was reached and the new one is too low to go on
   */
  async setCeiling(set: Ceiling & { limit: number | null }, by: string): Promise<void> {
    const { clock } = this.#ports;
    await this.#append((state) => setCeiling(state, set, { by, clock }));
    this.#turn();
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
    await this.#append((state) => {
      const checked = checkTaskEdit(state, taskId, edit);
      if (checked.ok) return [{ type: 'task:edited', taskId, ...checked.edited, by }];
      result = checked;
      return [];
    });
    this.#turn();
    return result;
  }

  /** The models that an edited plan or team may name. */
  models(): Promise<ModelInfo[]> {
    return this.#ports.model.listModels(this.#abort.signal);
  }

  /** Decides hunks of the change set; `hunks` absent means the whole file. */
  async decideChange(
    which: { path: string; hunks?: string[]; decision: HunkDecision },
    by: string,
  ): Promise<void> {
    await this.#append((state) => {
      requireReview(state);
      const file = state.changes?.files.find((each) => each.path === which.path);
      if (!file) throw new MusterError('wrong-decision', `${which.path} is not in the change set.`);
      const unknown = which.hunks?.find((id) => !file.hunks.some((hunk) => hunk.id === id));
      if (unknown !== undefined) {
        throw new MusterError(
          'wrong-decision',
          `This change of ${which.path} is no longer there; look at the diff again.`,
        );
      }
      return [{ type: 'change:decided', ...which, by }];
    });
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
  async sendBack(comments: readonly ReviewComment[], by: string): Promise<void> {
    await this.#append((state) => {
      requireReview(state);
      return sentBack(state, comments, by);
    });
    this.#turn();
  }

  async applyAccepted(by: string): Promise<void> {
    await this.#append((state) => {
      requireReview(state);
      return [{ type: 'change:apply', by }];
    });
    this.#turn();
  }

  /** Puts a lapsed question up again. */
  async renew(approvalId: ApprovalId, by: string): Promise<void> {
    const { clock } = this.#ports;
    await this.#append((state) => {
      const approval = state.approvals.find((each) => each.approvalId === approvalId);
      if (!approval?.lapsed || hasEnded(state)) {
        throw new MusterError(
          'wrong-decision',
          'This question has not lapsed; decide on it as it stands.',
        );
      }
      const deadline = deadlineFrom(clock, state.limits.approvalHours);
      return [{ type: 'approval:renewed', approvalId, deadline, by }];
    });
    this.#turn();
  }

  /** Has a failed task tried again. */
  async retryTask(taskId: TaskId, by: string): Promise<void> {
    await this.#append((state) => {
      requireTask(state, taskId, { verb: 'tried again', statuses: ['failed'] });
      return [{ type: 'task:reopen', taskId, by }];
    });
    this.#turn();
  }

  /** Does without a task that failed or has not begun. */
  async skipTask(taskId: TaskId, by: string): Promise<void> {
    await this.#append((state) => {
      requireTask(state, taskId, { verb: 'skipped', statuses: ['failed', 'blocked', 'waiting'] });
      return [{ type: 'task:skip', taskId, by }];
    });
    this.#turn();
  }

  /** Lets what is under way settle and begins nothing new. */
  async pause(by: string): Promise<void> {
    await this.#append((state) =>
      hasEnded(state) || state.paused ? [] : [{ type: 'workflow:pause', by }],
    );
    this.#turn();
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
    const { tasks, conversations } = this.#state;
    const lanes = [...tasks, ...conversations].flatMap((each) => each.laneId ?? []);
    const checks = this.#state.finalChecks.map((each) => finalCheckLane(each.round));
    const closing = [...new Set([exploreLane, ...checks, ...lanes])].map((lane) =>
      this.#ports.staging.closeLane(lane),
    );
    // A working copy that cannot be removed now is swept with the next run.
    await Promise.allSettled(closing);
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
    if (this.#failure !== undefined || isAtRest(this.#state)) {
      this.#slots.runs.leave(this.#state.runId);
    }
    this.#wake();
  }

  #wake(): void {
    for (const waiter of this.#idleWaiters.splice(0)) waiter();
  }
}

function appendedBy(commands: readonly Command[]): EventBody[] {
  return commands.flatMap((command) => (command.do === 'append' ? command.events : []));
}

/** Before a lane is reset: what an earlier process left running would go on writing into it. */
async function endLeftCommands(state: RunState, { processes }: EnginePorts): Promise<void> {
  const left = state.conversations
    .flatMap((each) => each.turns.at(-1)?.calls ?? [])
    .flatMap((call) => (call.process ? [call.process] : []));
  await Promise.all(left.map((each) => processes.end(each)));
}

function requireTask(
  state: RunState,
  taskId: TaskId,
  { verb, statuses }: { verb: string; statuses: readonly TaskState['status'][] },
): void {
  const task = taskById(state, taskId);
  const none = (why: string) => new MusterError('wrong-decision', why);
  if (!task) throw none(`There is no task "${taskId}" in this run.`);
  if (hasEnded(state)) throw none(`The run has ended (${state.status}).`);
  if (!statuses.includes(task.status)) {
    throw none(
      `Task "${taskId}" is ${task.status}; only a task that is ${statuses.join(' or ')} can be ${verb}.`,
    );
  }
}

function requireReview(state: RunState): void {
  if (state.status === 'reviewing') return;
  const now = hasEnded(state) ? `has ended (${state.status})` : `is ${state.status}`;
  throw new MusterError('wrong-decision', `The run ${now}; there are no changes to decide on now.`);
}
