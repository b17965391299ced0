/** What a run took, once it has ended. */
import * as z from 'zod';
import { Usage } from './usage.ts';

export const Totals = z.object({
  tasks: z.object({
    planned: z.number().int(),
    done: z.number().int(),
    failed: z.number().int(),
    blocked: z.number().int(),
  }),
  requests: z.number().int(),
  retries: z.number().int(),
  usage: Usage,
  /** US dollars; absent where no price is known for a model that was used. */
  costUsd: z.number().exactOptional(),
  /** Milliseconds from the first event to the last, waiting for the person included. */
  wallMs: z.number(),
  /** Milliseconds of the longest chain of dependent tasks, as they ran. */
  criticalPathMs: z.number(),
  /** Models that were used and have no known price; then there is no `costUsd`. */
  unpriced: z.array(z.string()).exactOptional(),
  /** Milliseconds in which a request was in flight or a tool ran; waiting for the person is none. */
  workMs: z.number().exactOptional(),
  /**
   * The tasks' own working times, summed, over the time in which any task worked: 1 is one after
   * the other, 3 is as fast as three at once. Absent where no task worked.
   */
  speedUp: z.number().exactOptional(),
  /** Input tokens read from the cache over all input tokens, from 0 to 1. */
  cacheHitShare: z.number().exactOptional(),
  /** Requests sent again after a limit or a passing fault. */
  resent: z.number().int().exactOptional(),
  /** Requests that were in flight when the process ended, sent again, and what those used. */
  repeated: z.object({ requests: z.number().int(), usage: Usage }).exactOptional(),
});
export type Totals = z.infer<typeof Totals>;
