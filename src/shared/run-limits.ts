/** What bounds a run. */
import * as z from 'zod';

export const RunLimits = z.object({
  maxAttempts: z.number().int().positive(),
  maxTasks: z.number().int().positive(),
  approvalHours: z.number().positive(),
  /** Ceilings of the run; absent where there is none. */
  maxUsd: z.number().positive().exactOptional(),
  maxTokens: z.number().int().positive().exactOptional(),
  maxMinutes: z.number().positive().exactOptional(),
});
