/** Until when a question to the person stands. */
import type { Clock } from '../ports.ts';

export function deadlineFrom(clock: Clock, hours: number): string {
  return new Date(clock.now().getTime() + hours * 3_600_000).toISOString();
}
