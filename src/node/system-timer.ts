/** Waiting on the machine's own clock. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Timer } from '../engine/ports.ts';

export const systemTimer: Timer = {
  async sleep(ms, signal) {
    try {
      await wait(ms, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};
