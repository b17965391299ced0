/** Where a run stands, and what it came to. */
import * as z from 'zod';

export const RunStatus = z.enum([
  /** As many runs as may be are at work in this process. */
  'queued',
  'analyzing',
  'clarifying',
  'planning',
  'checking',
  'mustering',
  'awaiting-approval',
  'executing',
  'reviewing',
  'applying',
  'answering',
  'paused',
  'lapsed',
  'interrupted',
  'completed',
  'failed',
  'rejected',
  'cancelled',
]);
export type RunStatus = z.infer<typeof RunStatus>;

/** What a run that is completed came to. */
export const Outcome = z.enum([
  'answered',
  'applied',
  'nothing-to-apply',
  'none-accepted',
  'discarded',
]);
