/** Writes a run's log, one write at a time and in order; what waits for a write shares the next one. */
import { type EventBody, eventVersion, type RunEvent } from '../../shared/events.ts';
import { reduce, reduceAll } from '../../shared/reduce.ts';
import type { RunState } from '../../shared/run-state.ts';
import type { Clock, Journal } from '../ports.ts';

export type LogWriterOptions = {
  /** What the log holds already. */
  state: RunState;
  journal: Pick<Journal, 'append'>;
  clock: Clock;
  /**
   * What follows from a state without anything being done, to stand in the same write; asked again
   * on what comes of it, until there is nothing more.
   */
  follow(state: RunState): readonly EventBody[];
  /** After each write; without events when the log could not be written. */
  onWritten(events: readonly RunEvent[]): void;
  /** What `follow` or `onWritten` threw; what was to be appended was, all the same. */
  onFault(error: unknown): void;
};

type Waiting = {
  bodies: (state: RunState) => readonly EventBody[];
  resolve(): void;
  reject(error: unknown): void;
};

/** Many times what ever follows from one event: a rule that never comes to rest must not stop the editor. */
const mostFollowing = 100;

export class LogWriter {
  readonly #options: LogWriterOptions;
  #state: RunState;
  #waiting: Waiting[] = [];
  #writing: Promise<void> = Promise.resolve();

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#state = options.state;
  }

  /** What the log holds. */
  get state(): RunState {
    return this.#state;
  }

  /**
   * @param bodies what to append, decided on a state in which everything before it has happened;
   *   if it throws, nothing of it is appended and the others of its write are
   * @throws what `bodies` threw, or what the journal did; then nothing of that write counts
   */
  append(bodies: (state: RunState) => readonly EventBody[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ bodies, resolve, reject });
    if (this.#waiting.length === 1) this.#writing = this.#writing.then(() => this.#write());
    return promise;
  }

  /** Resolves when nothing waits any more of what was appended until now. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async #write(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    const { events, members } = this.#collect(waiting);
    let appended: RunEvent[] = [];
    try {
      if (events.length > 0) appended = await this.#options.journal.append(events);
      this.#state = reduceAll(appended, this.#state) ?? this.#state;
      for (const { resolve } of members) resolve();
    } catch (error) {
      for (const { reject } of members) reject(error);
    }
    this.#guard(() => this.#options.onWritten(appended));
  }

  /** A fault of those who look on fails no append, and nothing behind it. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#options.onFault(error);
    }
  }

  #collect(waiting: readonly Waiting[]): { events: EventBody[]; members: Waiting[] } {
    // Seen by nobody but `bodies` and `follow`: the journal gives the events their time.
    const at = this.#options.clock.now().toISOString();
    const events: EventBody[] = [];
    const members: Waiting[] = [];
    let state = this.#state;
    const add = (own: readonly EventBody[]) => {
      let next = state;
      for (const body of own) {
        const { seq, runId } = next;
        next = reduce(next, { v: eventVersion, seq: seq + 1, at, runId, ...body });
      }
      state = next;
      events.push(...own);
    };
    for (const one of waiting) {
      try {
        add(one.bodies(state));
        members.push(one);
      } catch (error) {
        one.reject(error);
      }
    }
    this.#guard(() => {
      for (let times = 0; times < mostFollowing; times += 1) {
        const following = this.#options.follow(state);
        if (following.length === 0) break;
        add(following);
      }
    });
    return { events, members };
  }
}
