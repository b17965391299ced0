/** What a process that took up a run says about it: milliseconds of each part. */
import * as z from 'zod';

const Parts = z.object({
  open: z.number(),
  read: z.number(),
  fold: z.number(),
  decide: z.number(),
});

export const ResumeOutcome = z.object({
  events: z.number(),
  /** The first time in the process. */
  cold: Parts,
  /** Of processor time from read to decision, all threads, the first time: less shaken by what else the machine does. */
  coldProcessor: z.number(),
  /** Of what can be done again: read, fold, decide. */
  warm: Parts.omit({ open: true }),
});
export type ResumeOutcome = z.infer<typeof ResumeOutcome>;
