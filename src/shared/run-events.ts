/** Events of a run as a whole. */
import * as z from 'zod';
import { nonNegative } from './counts.ts';
import { GitObject } from './ids.ts';
import { LeftOut } from './left-out.ts';
import { ModelTier } from './model-tier.ts';
import { RunLimits } from './run-limits.ts';
import { Outcome, RunStatus } from './run-status.ts';
import { Totals } from './totals.ts';

export const runEvents = {
  'workflow:start': z.object({
    request: z.string(),
    workspace: z.string(),
    provider: z.string(),
    models: z.record(ModelTier, z.string()),
    limits: RunLimits,
    muster: z.string(),
  }),
  'workflow:status': z.object({ status: RunStatus }),
  /** Taken up again; `repeated` requests were in flight when the log ended. */
  'workflow:resume': z.object({ repeated: nonNegative }),
  'workflow:error': z.object({ code: z.string(), message: z.string() }),
  'workflow:cancel': z.object({ by: z.string() }),
  /** What is under way settles; nothing new begins until `workflow:continue`. */
  'workflow:pause': z.object({ by: z.string() }),
  'workflow:continue': z.object({ by: z.string() }),
  'workflow:results': z.object({ text: z.string() }),
  'workflow:complete': z.object({
    outcome: Outcome,
    totals: Totals,
  }),
  'snapshot:taken': z.object({
    commit: GitObject,
    files: nonNegative,
    leftOut: z.array(LeftOut),
  }),
} as const;
