/** One shared limiter for each provider and model: a limit pauses everybody on it, a passing fault is retried. */
import { isMusterError, type MusterError } from '../../shared/muster-error.ts';
import type { Clock, Random, Timer } from '../ports.ts';

export type GateListener = {
  /** The service is at its limit; nobody on this model sends before `until`. */
  onPause(pause: { until: Date; error: MusterError }): Promise<void>;
  /** A passing fault; the request is sent again after `delayMs`. `attempt` counts from 1. */
  onRetry(retry: { attempt: number; delayMs: number; error: MusterError }): Promise<void>;
};

type Lane = { pausedUntil: number; limitsInARow: number };

/** Tries after the first that a passing fault is given. */
export const maxRetries = 4;
const retryBaseMs = 500;
const retryCapMs = 30_000;
const pauseBaseMs = 1_000;
const pauseCapMs = 60_000;
/** No service means more than this; a header that says so is not believed. */
const pauseAskedCapMs = 15 * 60_000;

export class ModelGate {
  readonly #time: { clock: Clock; timer: Timer; random: Pick<Random, 'fraction'> };
  readonly #lanes = new Map<string, Lane>();

  constructor(time: { clock: Clock; timer: Timer; random: Pick<Random, 'fraction'> }) {
    this.#time = time;
  }

  /**
   * Sends until there is an answer. A limit (`model-limit`) is waited out as often as it takes;
   * `model` and `model-unreachable` are retried `maxRetries` times.
   * @param key provider and model
   * @throws what the last try threw; the signal's reason on abort
   */
  async send<Answer>(
    key: string,
    request: { try: () => Promise<Answer>; listener: GateListener },
    signal: AbortSignal,
  ): Promise<Answer> {
    const lane = this.#laneOf(key);
    for (let attempt = 1; ; ) {
      await this.#waitForPause(lane, signal);
      try {
        const answer = await request.try();
        lane.limitsInARow = 0;
        return answer;
      } catch (error) {
        signal.throwIfAborted();
        if (!isMusterError(error)) throw error;
        if (error.code === 'model-limit') {
          await request.listener.onPause({ until: this.#pause(lane, error), error });
          continue;
        }
        const passing = error.code === 'model' || error.code === 'model-unreachable';
        if (!passing || attempt > maxRetries) throw error;
        const delayMs = this.#jittered(Math.min(retryCapMs, retryBaseMs * 2 ** (attempt - 1)));
        await request.listener.onRetry({ attempt, delayMs, error });
        await this.#time.timer.sleep(delayMs, signal);
        attempt += 1;
      }
    }
  }

  #laneOf(key: string): Lane {
    const lane = this.#lanes.get(key) ?? { pausedUntil: 0, limitsInARow: 0 };
    this.#lanes.set(key, lane);
    return lane;
  }

  #now(): number {
    return this.#time.clock.now().getTime();
  }

  /** Those who waited go on one after another, not all at once. */
  async #waitForPause(lane: Lane, signal: AbortSignal): Promise<void> {
    for (
      let left = lane.pausedUntil - this.#now();
      left > 0;
      left = lane.pausedUntil - this.#now()
    ) {
      // A clock that was set back must not make a pause of hours.
      await this.#time.timer.sleep(this.#jittered(Math.min(left, pauseAskedCapMs)), signal);
      if (left > pauseAskedCapMs) lane.pausedUntil = 0;
    }
  }

  #pause(lane: Lane, error: MusterError): Date {
    const own = Math.min(pauseCapMs, pauseBaseMs * 2 ** lane.limitsInARow);
    lane.limitsInARow += 1;
    const asked = Math.min(error.retryAfterMs ?? 0, pauseAskedCapMs);
    lane.pausedUntil = Math.max(
      lane.pausedUntil,
      this.#now() + Math.max(asked, this.#jittered(own)),
    );
    return new Date(lane.pausedUntil);
  }

  /** Up to a quarter longer. */
  #jittered(ms: number): number {
    return Math.ceil(ms * (1 + this.#time.random.fraction() / 4));
  }
}
