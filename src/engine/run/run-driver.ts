/** The loop that makes a run happen: decide, do, append, and again, until only a person can go on. */
import type { HunkDecision } from '../../shared/changes.ts';
import { type Decision, type EventBody, eventVersion, type RunEvent } from '../../shared/events.ts';
import type { ApprovalId, TaskId } from '../../shared/ids.ts';
import { isMusterError, MusterError } from '../../shared/muster-error.ts';
import { reduce, reduceAll, taskById } from '../../shared/reduce.ts';
import { hasEnded, type RunState, type TaskState } from '../../shared/run-state.ts';
import { holdsSlot } from '../schedule/decide-execution.ts';
import type { Slots } from '../schedule/slots.ts';
import { cachedBodies } from './cached-bodies.ts';
import { checkDecision } from './check-decision.ts';
import { requireRevertible, revertUnderWay } from './check-revert.ts';
import { type Command, commandKey } from './command.ts';
import { deadlineFrom } from './deadline.ts';
import { decide } from './decide.ts';
import { nextDeadline } from './decide-deadlines.ts';
import type { ModelGate } from './model-gate.ts';
import {
  type EnginePorts,
  exploreLane,
  finalCheckLane,
  laneOpener,
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

type Waiting = {
  bodies: (state: RunState) => readonly EventBody[];
  resolve(): void;
  reject(error: unknown): void;
};

/** A run in this process. Everything that changes it goes through one queue, in order. */
export class RunDriver {
  readonly #ports: EnginePorts;
  readonly #slots: Slots;
  readonly #listener: RunListener;
  readonly #abort = new AbortController();
  /** Unlike the work of the run, a revert goes on after its end. */
  readonly #closing = new AbortController();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #idleWaiters: Array<() => void> = [];
  readonly #context: RunContext;
  #state: RunState;
  readonly #waiting: Waiting[] = [];
  #queue: Promise<unknown> = Promise.resolve();
  #leaveSlots: (() => void) | undefined;
  #turning = false;
  #again = false;
  #failure: unknown;
  #cleaned = false;
  #watching = false;

  private constructor(state: RunState, ports: EnginePorts, surroundings: Surroundings) {
    this.#state = state;
    this.#ports = ports;
    this.#slots = surroundings.slots;
    this.#listener = surroundings.listener;
    this.#context = {
      ports: { ...ports, journal: cachedBodies(ports.journal) },
      gate: surroundings.gate,
      state: () => this.#state,
      append: (events) => this.#append(() => events),
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

  /** Takes up a run where its log ends; one that failed is tried again from there. */
  static async resume(ports: EnginePorts, surroundings: Surroundings): Promise<RunDriver> {
    const driver = RunDriver.#fold(await ports.journal.read(), ports, surroundings);
    await endLeftCommands(driver.#state, ports);
    const repeated = driver.#state.conversations.filter(
      (each) => each.inFlight !== undefined,
    ).length;
    if (!hasEnded(driver.#state) || driver.#state.status === 'failed') {
      await driver.#append(() => [{ type: 'workflow:resume', repeated }]);
    }
    await driver.#reportRecovered();
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

  async applyAccepted(by: string): Promise<void> {
    await this.#append((state) => {
      requireReview(state);
      return [{ type: 'change:apply', by }];
    });
    this.#turn();
  }

  /**
   * Takes back what was applied, as far as nobody changed it since in the same places.
   * @throws MusterError `wrong-decision`, and what the port throws
   */
  async revert(by: string): Promise<void> {
    requireRevertible(this.#state);
    if (this.#underWay.has('revert')) throw revertUnderWay();
    const signal = this.#closing.signal;
    const work = this.#ports.apply
      .revert(signal)
      .then(({ reverted, left }) =>
        this.#append(() => [{ type: 'change:reverted', by, files: reverted, left }]),
      );
    this.#underWay.set(
      'revert',
      work.catch(() => {}),
    );
    try {
      await work;
    } finally {
      this.#underWay.delete('revert');
    }
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
    this.#closing.abort(new Error('Muster is closing'));
    await Promise.allSettled(this.#underWay.values());
    await this.#queue;
    this.#leaveSlots?.();
    await this.#ports.journal.close();
  }

  /**
   * Everything that changes the run: what to append is decided on the state as it is then. What
   * waits while the log is written shares the next write.
   */
  #append(bodies: (state: RunState) => readonly EventBody[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ bodies, resolve, reject });
    if (this.#waiting.length === 1) {
      this.#queue = this.#queue.then(() => this.#appendWaiting());
    }
    return promise;
  }

  async #appendWaiting(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    const { events, members } = this.#collect(waiting);
    try {
      const appended = events.length > 0 ? await this.#ports.journal.append(events) : [];
      for (const event of appended) this.#state = reduce(this.#state, event);
      if (appended.length > 0) {
        this.#slots.report(this.#state.runId, this.#slotsHeld());
        this.#listener.onEvents?.(appended, this.#state);
        this.#wake();
      }
      for (const { resolve } of members) resolve();
    } catch (error) {
      for (const { reject } of members) reject(error);
    }
  }

  /** What each wants to append, on a state in which those before it have happened. */
  #collect(waiting: readonly Waiting[]): { events: EventBody[]; members: Waiting[] } {
    const events: EventBody[] = [];
    const members: Waiting[] = [];
    let state = this.#state;
    for (const one of waiting) {
      try {
        const own = one.bodies(state);
        const { runId, updatedAt: at } = state;
        for (const body of own) {
          if (waiting.length > 1)
            state = reduce(state, { v: eventVersion, seq: state.seq + 1, at, runId, ...body });
          events.push(body);
        }
        members.push(one);
      } catch (error) {
        one.reject(error);
      }
    }
    return { events, members };
  }

  /** Of applies that an earlier process left in the middle; each once. */
  async #reportRecovered(): Promise<void> {
    const found = await this.#ports.apply.recovered();
    const known = new Set(this.#state.recovered?.map((each) => each.id));
    const events = found
      .filter(({ id }) => !known.has(id))
      .map((each): EventBody => ({ type: 'change:recovered', ...each }));
    if (events.length > 0) await this.#append(() => events);
  }

  #slotsHeld(): number {
    return hasEnded(this.#state) ? 0 : this.#state.tasks.filter(holdsSlot).length;
  }

  #turn(): void {
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
    while (this.#again) {
      this.#again = false;
      await this.#queue;
      for (const command of decide(this.#state, this.#surroundingsNow())) {
        if (command.do === 'append') {
          await this.#append(() => command.events);
          this.#again = true;
        } else {
          this.#begin(command);
        }
      }
    }
    if (hasEnded(this.#state)) await this.#cleanUp();
    else this.#watchDeadlines();
  }

  /** A run that has ended has nothing under way and keeps no working copies. */
  async #cleanUp(): Promise<void> {
    if (this.#cleaned) return;
    this.#cleaned = true;
    this.#abort.abort(new Error('The run has ended'));
    await Promise.allSettled(this.#underWay.values());
    const lanes = this.#state.tasks.flatMap((task) => task.laneId ?? []);
    const checks = this.#state.finalChecks.map((each) => finalCheckLane(each.round));
    const closing = [exploreLane, ...checks, ...lanes].map((lane) =>
      this.#ports.staging.closeLane(lane),
    );
    // A working copy that cannot be removed now is swept with the next run.
    await Promise.allSettled(closing);
  }

  #surroundingsNow() {
    return { freeSlots: this.#slots.free(), now: this.#ports.clock.now().getTime() };
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
    if (this.#isIdle()) this.#wake();
  }

  #wake(): void {
    for (const waiter of this.#idleWaiters.splice(0)) waiter();
  }
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
